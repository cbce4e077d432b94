import * as vscode from 'vscode';

const SCHEME = 'switchyard-past';

/** What can be done with a document, on a line above it. */
export interface DocumentAction {
  readonly label: string;
  readonly run: () => Promise<void>;
}

/** A place in a document that leads somewhere: line and columns from 0, the end not included. */
export interface DocumentPlace {
  readonly line: number;
  readonly from: number;
  readonly to: number;
  readonly uri: vscode.Uri;
}

interface Shown {
  readonly text: string;
  readonly actions: readonly DocumentAction[];
  readonly places: readonly DocumentPlace[];
}

/** How many documents are remembered; the one that was written longest ago goes first. */
const KEPT = 50;
const ACT = 'switchyard.actOnText';
/** The manifest has lines of this language wrapped. */
const TEXT = 'switchyard-text';

/** Texts of Switchyard's own that are read in an editor and never changed: in one nothing is a link or an icon. */
export class TextDocuments
  implements
    vscode.TextDocumentContentProvider,
    vscode.CodeLensProvider,
    vscode.DocumentLinkProvider,
    vscode.Disposable
{
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #lenses = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  readonly onDidChangeCodeLenses = this.#lenses.event;
  readonly #shown = new Map<string, Shown>();
  readonly #registration: vscode.Disposable;

  /** `guard` runs an action so that what it fails with is shown. */
  constructor(guard: (run: () => Promise<void>) => Promise<unknown>) {
    this.#registration = vscode.Disposable.from(
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      vscode.languages.registerCodeLensProvider({ scheme: SCHEME }, this),
      vscode.languages.registerDocumentLinkProvider({ scheme: SCHEME }, this),
      vscode.commands.registerCommand(ACT, (address: string, index: number) => {
        const action = this.#shown.get(address)?.actions[index];
        return action === undefined ? undefined : guard(action.run);
      }),
      this.#changed,
      this.#lenses,
    );
  }

  /**
   * Shows a text under a file name of ours, in place of what that name showed before. Its lines are wrapped where the editor is
   * too narrow.
   */
  async show(
    name: string,
    text: string,
    actions: readonly DocumentAction[] = [],
    { places = [], beside = 'no' }: { readonly places?: readonly DocumentPlace[]; readonly beside?: 'no' | 'yes' } = {},
  ): Promise<void> {
    const uri = uriOf(name);
    this.#put(uri, { text, actions, places });
    this.#lenses.fire();
    const column = beside === 'yes' ? { viewColumn: vscode.ViewColumn.Beside } : {};
    const document = await vscode.workspace.openTextDocument(uri);
    const shown = name.endsWith('.txt') ? await vscode.languages.setTextDocumentLanguage(document, TEXT) : document;
    await vscode.window.showTextDocument(shown, { preview: true, ...column });
  }

  isOpen(name: string): boolean {
    const address = uriOf(name).toString();
    return vscode.workspace.textDocuments.some((one) => one.uri.toString() === address);
  }

  /** Says more in a document that is open. An editor that shows its end goes on showing it; what can be done is not drawn anew. */
  grow(name: string, text: string, places: readonly DocumentPlace[]): void {
    const uri = uriOf(name);
    const known = this.#shown.get(uri.path);
    if (known === undefined || known.text === text) return;
    const followers = vscode.window.visibleTextEditors.filter((editor) => showsEnd(editor, uri));
    const grown = vscode.workspace.onDidChangeTextDocument(({ document }) => {
      if (document.uri.toString() !== uri.toString()) return;
      grown.dispose();
      const end = document.lineAt(document.lineCount - 1).range;
      for (const editor of followers) editor.revealRange(end);
    });
    this.#put(uri, { ...known, text, places });
  }

  #put(uri: vscode.Uri, shown: Shown): void {
    const address = uri.path;
    this.#shown.delete(address);
    this.#shown.set(address, shown);
    const [oldest] = this.#shown.keys();
    if (this.#shown.size > KEPT && oldest !== undefined) this.#shown.delete(oldest);
    this.#changed.fire(uri);
  }

  provideDocumentLinks(document: vscode.TextDocument): vscode.DocumentLink[] {
    const places = this.#shown.get(document.uri.path)?.places ?? [];
    return places.map(
      ({ line, from, to, uri }) => new vscode.DocumentLink(new vscode.Range(line, from, line, to), uri),
    );
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#shown.get(uri.path)?.text ?? '';
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const address = document.uri.path;
    const top = new vscode.Range(0, 0, 0, 0);
    return (this.#shown.get(address)?.actions ?? []).map(
      ({ label }, index) => new vscode.CodeLens(top, { title: label, command: ACT, arguments: [address, index] }),
    );
  }

  dispose(): void {
    this.#registration.dispose();
  }
}

function uriOf(name: string): vscode.Uri {
  return vscode.Uri.from({ scheme: SCHEME, path: `/${name}` });
}

function showsEnd({ document, visibleRanges }: vscode.TextEditor, uri: vscode.Uri): boolean {
  const last = visibleRanges.at(-1)?.end.line ?? 0;
  return document.uri.toString() === uri.toString() && last >= document.lineCount - 2;
}
