import * as vscode from 'vscode';
import { messageOf } from '../../base/messageOf';
import { systemClock } from '../../base/systemClock';
import { SerialQueue } from '../../base/serialQueue';
import type { Log } from '../../ports/log';
import type { Repositories } from '../repositories';
import { withOneLineEnd, type Agreement } from './agreement';
import type { Agreements } from './agreements';
import type { StoryFileSystem } from './storyFileSystem';
import { storyAt } from './storyUri';

/** After this long (ms) a save is taken for one that failed. */
const SAVE_MS = 3000;

interface OpenStoriesParts {
  readonly repositories: Repositories;
  readonly files: StoryFileSystem;
  readonly agreements: Agreements;
  readonly log: Log;
}

/**
 * Stories that are open in editors: what others write enters them. An editor with nothing to save reads its file again; one
 * that is being written gets the smallest edits, so that cursor and undo stay.
 */
export class OpenStories implements vscode.Disposable {
  readonly #turns = new SerialQueue();
  readonly #subscriptions: vscode.Disposable;
  /** Stories that VS Code is saving: what came in meanwhile would leave them with something to save. */
  readonly #saving = new Map<string, { dispose(): void }>();
  /** Stories that VS Code was told to read again. It does not where a person begins to write before it has. */
  readonly #announced = new Set<string>();
  /** Stories that somebody wrote in while VS Code saved them. To extensions they have nothing to save, until the next change. */
  readonly #unsaved = new Set<string>();

  constructor(private readonly parts: OpenStoriesParts) {
    this.#subscriptions = vscode.Disposable.from(
      vscode.workspace.onDidOpenTextDocument((document) => this.#look(document)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.#changed(document)),
      vscode.workspace.onWillSaveTextDocument(({ document }) => this.#saves(document)),
      vscode.workspace.onDidSaveTextDocument((document) => this.#saved(document)),
      vscode.workspace.onDidCloseTextDocument((document) => this.#closed(document)),
      parts.repositories.onDidWrite(() => this.#bringInAll()),
    );
    for (const document of vscode.workspace.textDocuments) this.#bringIn(document);
  }

  dispose(): void {
    this.#subscriptions.dispose();
    for (const one of this.#saving.values()) one.dispose();
  }

  #bringInAll(): void {
    for (const document of vscode.workspace.textDocuments) this.#bringIn(document);
  }

  #changed(document: vscode.TextDocument): void {
    if (storyAt(document.uri) === null) return;
    this.#unsaved.delete(document.uri.path);
    this.parts.agreements.of(document.uri).shows(document.getText());
    this.#look(document);
    if (document.isDirty && this.#announced.delete(document.uri.path)) this.#bringIn(document);
  }

  /** Notes what an editor shows that has nothing to save: both sides agree on it. */
  #look(document: vscode.TextDocument): void {
    if (storyAt(document.uri) === null || this.#isUnsaved(document)) return;
    const agreement = this.parts.agreements.of(document.uri);
    if (agreement.agree(document.getText())) void this.parts.agreements.keep(agreement);
  }

  #saves(document: vscode.TextDocument): void {
    if (storyAt(document.uri) === null) return;
    this.parts.agreements.of(document.uri).saves(document.getText());
    this.#saving.get(document.uri.path)?.dispose();
    // A save that fails has no end.
    this.#saving.set(
      document.uri.path,
      systemClock.after(SAVE_MS, () => this.#goOn(document)),
    );
  }

  #saved(document: vscode.TextDocument): void {
    if (storyAt(document.uri) === null) return;
    if (this.parts.agreements.of(document.uri).saved(document.getText())) this.#unsaved.add(document.uri.path);
    this.#goOn(document);
  }

  #goOn(document: vscode.TextDocument): void {
    this.#saving.get(document.uri.path)?.dispose();
    this.#saving.delete(document.uri.path);
    this.#bringIn(document);
  }

  #isUnsaved(document: vscode.TextDocument): boolean {
    return document.isDirty || this.#unsaved.has(document.uri.path);
  }

  #bringIn(document: vscode.TextDocument): void {
    if (storyAt(document.uri) === null || this.#saving.has(document.uri.path)) return;
    void this.#turns
      .run(() => this.#bringInNow(document))
      .catch((error: unknown) => this.parts.log.warn(`[story document] ${document.uri.path}: ${messageOf(error)}`));
  }

  async #bringInNow(document: vscode.TextDocument): Promise<void> {
    const session = () => this.parts.repositories.at(document.uri)?.session() ?? null;
    while (!document.isClosed && session() !== null && !this.#saving.has(document.uri.path)) {
      const { agreement, story, text } = await this.parts.files.load(document.uri);
      if (agreement.draft === null && withOneLineEnd(document.getText()) === withOneLineEnd(text)) agreement.know(text);
      this.#look(document);
      const isCurrent = agreement.wasReadOnly === (story.readOnly !== null) && (await isSame(document, text));
      if (!this.#isUnsaved(document)) {
        if (!isCurrent) this.#announce(document.uri);
        return;
      }
      if ((await this.#mergeInto(document, agreement, story.text)) === 'in') return;
    }
  }

  #announce(uri: vscode.Uri): void {
    this.#announced.add(uri.path);
    this.parts.files.announce(uri);
  }

  /**
   * `stored` is without a front matter that was saved though it is wrong: it may be right by now in the editor. `again`: the
   * person wrote on meanwhile.
   */
  async #mergeInto(document: vscode.TextDocument, agreement: Agreement, stored: string): Promise<'in' | 'again'> {
    const theirs = withOneLineEnd(stored);
    const base = agreement.base ?? theirs;
    if (base !== theirs && !(await this.#enter(document, agreement, { base, theirs }))) return 'again';
    // What came in while VS Code saved it: the store has all of it, and only VS Code takes it for unsaved.
    if (this.#isUnsaved(document) && withOneLineEnd(document.getText()) === theirs) await document.save();
    return 'in';
  }

  /** Whether it is in: a person who writes on meanwhile comes first. */
  async #enter(
    document: vscode.TextDocument,
    agreement: Agreement,
    { base, theirs }: { base: string; theirs: string },
  ): Promise<boolean> {
    const { mergeStoryFiles, lineEdits } = await import('../../core/story/storyEdit');
    const mine = withOneLineEnd(document.getText());
    const merged = mergeStoryFiles(base, mine, theirs);
    const edit = new vscode.WorkspaceEdit();
    for (const { from, to, text: inserted } of lineEdits(mine, merged.text)) {
      edit.replace(document.uri, new vscode.Range(from.line, from.character, to.line, to.character), inserted);
    }
    agreement.comes(merged.text, merged.base);
    const isIn = edit.size === 0 || (await vscode.workspace.applyEdit(edit));
    agreement.came(isIn);
    await this.parts.agreements.keep(agreement);
    return isIn;
  }

  #closed(document: vscode.TextDocument): void {
    this.#announced.delete(document.uri.path);
    this.#unsaved.delete(document.uri.path);
    // One that gets another language is closed and opened, and stays where it is.
    const isOpen = vscode.workspace.textDocuments.some(({ uri }) => uri.toString() === document.uri.toString());
    if (storyAt(document.uri) !== null && !isOpen) void this.parts.agreements.forget(document.uri);
  }
}

async function isSame(document: vscode.TextDocument, text: string): Promise<boolean> {
  const [shown, stored] = [withOneLineEnd(document.getText()), withOneLineEnd(text)];
  if (shown === stored) return true;
  const { sayTheSame } = await import('../../core/story/storyEdit');
  return sayTheSame(shown, stored);
}
