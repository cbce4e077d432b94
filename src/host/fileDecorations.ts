import * as path from 'node:path';
import * as vscode from 'vscode';
import { systemClock } from '../base/systemClock';
import type { Disposable } from '../base/disposable';
import { LookOnce } from '../base/lookOnce';
import { messageOf } from '../base/messageOf';
import { byFile, fileBadge } from '../core/landing/changedFiles';
import { plainLine } from '../core/words/plainText';
import type { Log } from '../ports/log';
import type { Repositories } from './repositories';
import type { RepositoryHost } from './repositoryHost';

/** What changes within this time (ms) is asked for together. */
const PAUSE_MS = 2_000;
/** Of more files than this, VS Code asks for all anew. */
const MOST_TOLD = 500;

/**
 * Marks files that stories under way change, with the story's number: in the explorer, on tabs, wherever VS Code shows a file.
 * Off unless `switchyard.decorateFiles` says so: then VS Code asks nobody, and nothing is listened to.
 */
export function decorateFiles(repositories: Repositories, log: Log): vscode.Disposable {
  let decorations: FileDecorations | null = null;
  const follow = (): void => {
    if (isOn()) decorations ??= new FileDecorations(repositories, log);
    else {
      decorations?.dispose();
      decorations = null;
    }
  };
  const subscription = vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration('switchyard.decorateFiles')) follow();
  });
  follow();
  return vscode.Disposable.from(subscription, { dispose: () => decorations?.dispose() });
}

class FileDecorations implements vscode.FileDecorationProvider, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<vscode.Uri[] | undefined>();
  readonly onDidChangeFileDecorations = this.#changed.event;
  readonly #subscription: vscode.Disposable;
  /** By the path of the file, the stories that change it. */
  #files: ReadonlyMap<string, readonly number[]> = new Map();
  #soon: Disposable | null = null;
  readonly #looks = new LookOnce(() => this.#look());

  constructor(
    private readonly repositories: Repositories,
    private readonly log: Log,
  ) {
    this.#subscription = vscode.Disposable.from(
      this.#changed,
      vscode.window.registerFileDecorationProvider(this),
      repositories.onDidChange(() => this.#later()),
    );
    this.#later();
  }

  provideFileDecoration({ scheme, fsPath }: vscode.Uri): vscode.FileDecoration | undefined {
    const numbers = scheme === 'file' ? this.#files.get(fsPath) : undefined;
    if (numbers === undefined) return undefined;
    const names = numbers.map((number) => `#${number}`).join(', ');
    const words =
      numbers.length === 1
        ? vscode.l10n.t('{0} changes this file', names)
        : vscode.l10n.t('{0} change this file', names);
    return new vscode.FileDecoration(fileBadge(numbers), plainLine(words));
  }

  dispose(): void {
    this.#soon?.dispose();
    this.#subscription.dispose();
  }

  #later(): void {
    this.#soon ??= systemClock.after(PAUSE_MS, () => {
      this.#soon = null;
      void this.#looks.ask();
    });
  }

  async #look(): Promise<void> {
    try {
      const all = await Promise.all(this.repositories.all().map(filesOf));
      this.#show(new Map(all.flat()));
    } catch (error) {
      this.log.info(`[files] ${messageOf(error)}`);
    }
  }

  #show(files: ReadonlyMap<string, readonly number[]>): void {
    const before = this.#files;
    const said = (one: readonly number[] | undefined): string => one?.join() ?? '';
    const other = [...new Set([...before.keys(), ...files.keys()])].filter(
      (file) => said(before.get(file)) !== said(files.get(file)),
    );
    this.#files = files;
    if (other.length === 0) return;
    this.#changed.fire(other.length > MOST_TOLD ? undefined : other.map((file) => vscode.Uri.file(file)));
  }
}

function isOn(): boolean {
  return vscode.workspace.getConfiguration('switchyard').get<unknown>('decorateFiles') === true;
}

/** The files in the folder that is open; those in the worktrees of stories are what they are. */
async function filesOf(host: RepositoryHost): Promise<[string, readonly number[]][]> {
  const [session, root] = [host.session(), host.repository?.rootUri.fsPath];
  if (session === null || root === undefined) return [];
  const numbers = new Map((host.model()?.cards ?? []).map(({ key, number }) => [key, number]));
  return [...byFile(await session.changedFiles(), numbers)].map(([file, stories]) => [path.join(root, file), stories]);
}
