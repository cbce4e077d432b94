import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import * as vscode from 'vscode';
import type { Card } from '../../../src/core/board/card';
import type { SwitchyardApi } from '../../../src/host/api/extensionApi';
import { waitFor } from '../../support/waitFor';
import type { Person } from './person';
import { saveDocument } from './saveDocument';

const execute = promisify(execFile);

/** The repository that the window has open, and the extension in it, through what every extension may use. */
export class Pipeline {
  private constructor(
    readonly folder: string,
    readonly api: SwitchyardApi,
  ) {}

  static async open(): Promise<Pipeline> {
    const extension = vscode.extensions.getExtension<SwitchyardApi>('switchyard.switchyard');
    if (extension === undefined) throw new Error('VS Code does not know the extension');
    const api = await extension.activate();
    const pipeline = new Pipeline(process.env['SWITCHYARD_TEST_REPOSITORY']!, api);
    await waitFor('the board', () => api.board());
    return pipeline;
  }

  async git(...args: string[]): Promise<string> {
    return (await execute('git', args, { cwd: this.folder })).stdout.trim();
  }

  /** Settings of the workspace, by their name after `switchyard.`. */
  async configure(settings: Readonly<Record<string, unknown>>): Promise<void> {
    for (const [name, value] of Object.entries(settings)) {
      await vscode.workspace.getConfiguration('switchyard').update(name, value, vscode.ConfigurationTarget.Workspace);
    }
  }

  /** Makes a story the way the palette does. */
  async newStory(person: Person, title: string, body = ''): Promise<Card> {
    const before = new Set(this.cards().map((card) => card.key));
    person.will(/New Story \(1/, title).will(/New Story \(2/, 'story');
    await vscode.commands.executeCommand('switchyard.newStory');
    const card = await waitFor(`the story ${title}`, () => this.cards().find((one) => !before.has(one.key)));
    if (body !== '') await this.writeInto(card, body);
    return card;
  }

  /** Writes into a story's document at the beginning of its body, and saves it. */
  async writeInto({ number }: Card, text: string): Promise<void> {
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(`switchyard:/${number}.md`));
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, document.positionAt(document.getText().indexOf('\n---\n\n') + 6), `${text}\n`);
    if (!(await vscode.workspace.applyEdit(edit))) throw new Error(`The document of #${number} took no edit`);
    await saveDocument(document);
  }

  async run(action: string, card: Card): Promise<void> {
    await vscode.commands.executeCommand(`switchyard.${action}`, card.key);
  }

  cards(): readonly Card[] {
    return this.api.board()?.cards ?? [];
  }

  card(key: string): Card | undefined {
    return this.cards().find((card) => card.key === key);
  }

  async waitForStage(card: Card, stage: Card['stage'], patience = 20_000): Promise<Card> {
    return this.waitForCard(card, `#${card.number} in ${stage}`, (now) => now.stage === stage, patience);
  }

  async waitForCard(card: Card, what: string, is: (card: Card) => boolean, deadlineMs = 60_000): Promise<Card> {
    const found = () => {
      const now = this.card(card.key);
      return now !== undefined && is(now) ? now : undefined;
    };
    return waitFor(what, found, { deadlineMs, seen: () => this.card(card.key) });
  }

  /** Writes and commits a file in a story's worktree, as a person who codes there. */
  async work(card: Card, files: Readonly<Record<string, string>>): Promise<void> {
    const worktree = await this.worktreeOf(card);
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(worktree, name), text);
    await execute('git', ['add', '-A'], { cwd: worktree });
    await execute('git', ['commit', '-qm', `Work on ${card.title}`], { cwd: worktree });
  }

  async worktreeOf(card: Card): Promise<string> {
    const listed = await this.git('worktree', 'list', '--porcelain');
    const found = listed.split('\n\n').find((entry) => entry.includes(`branch refs/heads/story/${card.number}-`));
    if (found === undefined) throw new Error(`#${card.number} has no worktree:\n${listed}`);
    return found.split('\n')[0]!.slice('worktree '.length);
  }

  write(name: string, text: string): void {
    writeFileSync(path.join(this.folder, name), text);
  }

  read(name: string): string {
    return readFileSync(path.join(this.folder, name), 'utf8');
  }
}
