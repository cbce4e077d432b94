import { stackOf } from '../base/messageOf';
import { dirname, join, resolve } from 'node:path';
import * as vscode from 'vscode';
import type { BoardModel } from '../core/board/boardModel';
import type { OpenRepository } from '../core/board/overview';
import { worktreesBeside, type FoundRepository } from '../core/repositories/findRepositories';
import type { Log } from '../ports/log';
import type { RepositoryCheck } from '../ports/refs';
import { systemClock } from '../base/systemClock';
import type { DoctorReport } from '../core/doctor/report';
import type { SessionOptions } from '../session/services';
import type { Session } from '../session/session';
import type { Approval } from './approval';
import { apiRemotes } from './git/apiRemotes';
import type { GitApi, GitRepository } from './git/gitExtension';
import type { OutputChannels } from './outputChannels';
import { showRebuild } from './rebuildProgress';
import { shareSecret } from './shareSecret';
import { readSettings, settingsTarget } from './settings';
import { localBoard } from './say/localBoard';
import { wordsOf } from './say/inWords';

/** Why there is a board, or why not; each has its own welcome view with the way out. */
export type HostState =
  | 'starting'
  | 'noFolder'
  | 'untrusted'
  | 'noGit'
  | 'noRepository'
  | 'noCommits'
  | 'bare'
  | 'gitTooOld'
  | 'failed'
  | 'ready';

export interface HostPorts {
  readonly extensionPath: string;
  readonly approval: Approval;
  readonly outputs: OutputChannels;
  readonly log: Log;
  readonly secrets: vscode.SecretStorage;
}

/** One repository of the window: runs the one session on it. Without a repository it says why there is none. */
export class RepositoryHost {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  readonly #written = new vscode.EventEmitter<void>();
  /** Stories or their reviews were changed on disk, or are another session's now. */
  readonly onDidWrite = this.#written.event;
  #state: HostState = 'starting';
  #session: Session | null = null;
  #api: GitApi | null = null;
  #repository: GitRepository | null = null;
  #subscription: { dispose(): void } | null = null;

  constructor(
    private readonly ports: HostPorts,
    /** Null where there is none; it may be renamed as others come and go. */
    public found: FoundRepository | null,
    /** How it is named where it could be another; null where it is the only one. */
    private readonly label: (host: RepositoryHost) => string | null = () => null,
  ) {}

  get state(): HostState {
    return this.#state;
  }
  get api(): GitApi | null {
    return this.#api;
  }
  /** The repository as the Git extension sees it. */
  get repository(): GitRepository | null {
    return this.#repository;
  }
  /** What it is called in this window, unlike any other; empty without a repository. */
  get name(): string {
    return this.found?.name ?? '';
  }

  model(): BoardModel | null {
    const model = this.#session?.model() ?? null;
    return model === null ? null : localBoard(model);
  }

  session(): Session | null {
    return this.#session;
  }

  /** As the overview shows it. */
  shown(): OpenRepository {
    const { name, about = null } = this.found ?? { name: '' };
    const problem = this.#session?.problem() ?? null;
    return { name, about, board: this.model(), problem: problem === null ? this.#stateWords() : wordsOf(problem) };
  }

  /** What the state says in the row of a repository; null for one that has a board, or will have one. */
  #stateWords(): string | null {
    const words = STATE_WORDS[this.#state];
    return words === null ? null : vscode.l10n.t(words);
  }

  /** Name of what is looked at, for people. */
  folderName(): string {
    return this.found?.name ?? vscode.workspace.workspaceFolders?.[0]?.name ?? '';
  }

  /** What Doctor finds, also where there is no session; null without a folder. */
  async examine(): Promise<DoctorReport | null> {
    if (this.#session !== null) return this.#session.examine();
    const folder =
      this.found === null ? vscode.workspace.workspaceFolders?.[0]?.uri : vscode.Uri.file(this.found.topLevel);
    if (folder?.scheme !== 'file') return null;
    const { examineFolder } = await import('../session/services');
    const binary = vscode.workspace.isTrusted ? (this.#api?.git.path ?? 'git') : null;
    return examineFolder({ ...this.#optionsFor(folder), gitBinary: binary });
  }

  /** Opens a session on the repository, which git has just been asked about; what keeps it from opening becomes its state. */
  async open(api: GitApi, repository: GitRepository): Promise<void> {
    this.#api = api;
    this.#repository = repository;
    try {
      const { openSession } = await import('../session/services');
      const options = { ...this.#optionsFor(repository.rootUri), gitBinary: api.git.path };
      const opened = await openSession(options, this.found);
      if (opened.kind === 'unavailable') return this.show(stateOf(opened.check));
      const { session } = opened;
      this.#session = session;
      this.#subscription = vscode.Disposable.from(
        session.onDidChange(() => this.#changed.fire()),
        session.onDidWrite(() => this.#written.fire()),
      );
      this.show('ready');
      this.#written.fire();
    } catch (error) {
      this.ports.log.error(`[host] ${stackOf(error)}`);
      this.show('failed');
    }
  }

  /** Says why there is nothing to show; `api` is what is known of the Git extension. */
  show(state: HostState, api: GitApi | null = this.#api): void {
    this.#api = api;
    this.#state = state;
    this.#changed.fire();
  }

  /** Ends the session; resolves when its processes have ended. */
  async close(): Promise<void> {
    const session = this.#session;
    this.#session = null;
    this.#subscription?.dispose();
    await session?.dispose();
  }

  dispose(): void {
    this.#changed.dispose();
    this.#written.dispose();
  }

  #optionsFor(scope: vscode.Uri): Omit<SessionOptions, 'gitBinary'> {
    const { approval, outputs, log, extensionPath, secrets } = this.ports;
    const update = async (name: string, value: string): Promise<void> => {
      await vscode.workspace.getConfiguration('switchyard', scope).update(name, value, settingsTarget(scope));
    };
    return {
      folder: scope.fsPath,
      wasmPath: join(extensionPath, 'dist', 'sql-wasm.wasm'),
      clock: systemClock,
      log,
      settings: () => readSettings(scope),
      worktreesFolder: (main) => this.#worktreesFolder(main, readSettings(scope).worktreesFolder),
      onRebuild: showRebuild(),
      permission: (subject) => approval.permission(subject),
      onOutput: (story, text) => outputs.append({ ...story, repository: this.label(this) }, text),
      openFolders: () => (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath),
      shareToken: async (url) => (await secrets.get(shareSecret(url))) ?? null,
      remotes: apiRemotes(() => this.#repository),
      afterLanding: async () => {
        await Promise.all((this.#api?.repositories ?? []).map((one) => one.status()));
      },
      setMergeOrder: (order) => update('merge.order', order),
      setTarget: (branch) => update('target', branch),
    };
  }

  /** Beside the repository, as VS Code itself does, or what is configured (absolute, or from the folder that it lies in). */
  #worktreesFolder(main: string, configured: string): string {
    const superprojects = this.found?.superprojects ?? [];
    return configured === ''
      ? worktreesBeside(main, superprojects)
      : resolve(dirname(superprojects.at(-1) ?? main), configured);
  }
}

/** What each state says in the row of a repository; null for one that has a board, or will have one. */
const STATE_WORDS: Readonly<Record<HostState, string | null>> = {
  starting: null,
  ready: null,
  noFolder: 'No folder is open.',
  untrusted: 'This workspace is not trusted.',
  noGit: 'VS Code’s Git extension does not run.',
  noRepository: 'This is not a git repository.',
  noCommits: 'This repository has no commit yet.',
  bare: 'This repository is bare: it has no files to work on.',
  gitTooOld: 'Git is older than 2.38.',
  failed: 'Switchyard could not open it. The log says why.',
};

export function stateOf(check: Exclude<RepositoryCheck, { kind: 'ready' }>): HostState {
  switch (check.kind) {
    case 'notARepository':
      return 'noRepository';
    case 'gitMissing':
      return 'noGit';
    case 'bare':
    case 'noCommits':
    case 'gitTooOld':
      return check.kind;
  }
}
