import { stackOf } from '../base/messageOf';
import { dirname, join, resolve } from 'node:path';
import * as vscode from 'vscode';
import type { BoardModel } from '../core/board/boardModel';
import type { Log } from '../ports/log';
import type { RepositoryCheck } from '../ports/refs';
import { systemClock } from '../base/systemClock';
import type { DoctorReport } from '../core/doctor/report';
import type { SessionOptions } from '../session/services';
import type { Session } from '../session/session';
import type { Approval } from './approval';
import { apiRemotes } from './git/apiRemotes';
import { findGitApi, type GitApi, type GitRepository } from './git/gitExtension';
import type { OutputChannels } from './outputChannels';
import { showRebuild } from './rebuildProgress';
import { shareSecret } from './shareSecret';
import { readSettings } from './settings';

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

interface HostPorts {
  readonly extensionPath: string;
  readonly approval: Approval;
  readonly outputs: OutputChannels;
  readonly log: Log;
  readonly secrets: vscode.SecretStorage;
}

/** Finds the workspace's repository, runs one session on it, and starts afresh when trust or repositories change. */
export class RepositoryHost {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  readonly #subscriptions: { dispose(): unknown }[] = [];
  #state: HostState = 'starting';
  #session: Session | null = null;
  #api: GitApi | null = null;
  #repository: GitRepository | null = null;
  #opening: Promise<void> = Promise.resolve();
  #sessionSubscription: { dispose(): void } | null = null;
  /** The Git extension starts some time after it was switched on. */
  #enablement: vscode.Disposable | null = null;

  constructor(private readonly ports: HostPorts) {
    this.#subscriptions.push(
      this.#changed,
      vscode.workspace.onDidGrantWorkspaceTrust(() => void this.open()),
      vscode.workspace.onDidChangeWorkspaceFolders(() => {
        // A window that follows tells the leader which folders are open in it.
        this.#session?.poke();
        void this.open();
      }),
      vscode.extensions.onDidChange(() => {
        if (this.#state === 'noGit') void this.open();
      }),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('git.enabled')) void this.open();
        else if (event.affectsConfiguration('switchyard')) this.#session?.poke();
      }),
      ports.approval.onDidChange(() => this.#session?.poke()),
    );
  }

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

  model(): BoardModel | null {
    return this.#session?.model() ?? null;
  }

  session(): Session | null {
    return this.#session;
  }

  /** Name of the folder that is open, for people. */
  folderName(): string {
    return vscode.workspace.workspaceFolders?.[0]?.name ?? '';
  }

  /** What Doctor finds, also where there is no session; null without a folder. */
  async examine(): Promise<DoctorReport | null> {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    if (this.#session !== null) return this.#session.examine();
    if (folder?.uri.scheme !== 'file') return null;
    const { examineFolder } = await import('../session/services');
    const binary = vscode.workspace.isTrusted ? (this.#api?.git.path ?? 'git') : null;
    return examineFolder({ ...this.#optionsFor(folder.uri), gitBinary: binary });
  }

  /** Looks for the repository and opens it; calls run one after another. */
  open(): Promise<void> {
    this.#opening = this.#opening.then(() => this.#open()).catch((error: unknown) => this.#fail(error));
    return this.#opening;
  }

  dispose(): void {
    this.#enablement?.dispose();
    vscode.Disposable.from(...this.#subscriptions).dispose();
  }

  /** Ends the session; resolves when its processes have ended. */
  async close(): Promise<void> {
    const session = this.#session;
    this.#session = null;
    this.#sessionSubscription?.dispose();
    await session?.dispose();
  }

  async #open(): Promise<void> {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    if (folder === undefined) return this.#show('noFolder');
    if (!vscode.workspace.isTrusted) return this.#show('untrusted');
    const found = await findGitApi(folder.uri);
    this.#enablement?.dispose();
    this.#enablement = found.kind === 'disabled' ? found.onDidChangeEnablement(() => void this.open()) : null;
    if (found.kind !== 'ready') return this.#show('noGit');
    this.#watchRepositories(found.api);
    const repository = found.api.getRepository(folder.uri) ?? found.api.repositories[0] ?? null;
    if (repository === null) return this.#show('noRepository');
    const sameAsNow = this.#session !== null && this.#repository?.rootUri.toString() === repository.rootUri.toString();
    if (sameAsNow) return;
    await this.close();
    this.#repository = repository;
    await this.#openSession(found.api, repository);
  }

  #watchRepositories(api: GitApi): void {
    if (this.#api === api) return;
    this.#api = api;
    this.#subscriptions.push(
      api.onDidOpenRepository((repository) => {
        // The Git extension's events are hints: the engine watches refs itself.
        this.#subscriptions.push(repository.state.onDidChange(() => this.#hint(repository)));
        void this.open();
      }),
    );
    for (const repository of api.repositories) {
      this.#subscriptions.push(repository.state.onDidChange(() => this.#hint(repository)));
    }
  }

  /** A repository without commits becomes usable with its first one. */
  #hint(repository: GitRepository): void {
    if (repository.rootUri.toString() !== this.#repository?.rootUri.toString()) return;
    if (this.#session === null) void this.open();
    else this.#session.poke();
  }

  async #openSession(api: GitApi, repository: GitRepository): Promise<void> {
    const { openSession } = await import('../session/services');
    const opened = await openSession({ ...this.#optionsFor(repository.rootUri), gitBinary: api.git.path });
    if (opened.kind === 'unavailable') return this.#show(stateOf(opened.check));
    this.#session = opened.session;
    this.#sessionSubscription = opened.session.onDidChange(() => this.#changed.fire());
    await this.#show('ready');
  }

  #optionsFor(scope: vscode.Uri): Omit<SessionOptions, 'gitBinary'> {
    const { approval, outputs, log, extensionPath, secrets } = this.ports;
    return {
      folder: scope.fsPath,
      wasmPath: join(extensionPath, 'dist', 'sql-wasm.wasm'),
      clock: systemClock,
      log,
      settings: () => readSettings(scope),
      worktreesFolder: (mainWorktree) => worktreesFolder(mainWorktree, readSettings(scope).worktreesFolder),
      onRebuild: showRebuild(),
      permission: (subject) => approval.permission(subject),
      onOutput: (story, text) => outputs.append(story, text),
      openFolders: () => (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath),
      shareToken: async (url) => (await secrets.get(shareSecret(url))) ?? null,
      remotes: apiRemotes(() => this.#repository),
      afterLanding: async () => {
        await Promise.all((this.#api?.repositories ?? []).map((one) => one.status()));
      },
      setMergeOrder: async (order) => {
        const configuration = vscode.workspace.getConfiguration('switchyard', scope);
        await configuration.update('merge.order', order, vscode.ConfigurationTarget.Workspace);
      },
      setTarget: async (branch) => {
        const configuration = vscode.workspace.getConfiguration('switchyard', scope);
        await configuration.update('target', branch, vscode.ConfigurationTarget.Workspace);
      },
    };
  }

  async #show(state: HostState): Promise<void> {
    if (state !== 'ready' && this.#session !== null) await this.close();
    this.#state = state;
    await vscode.commands.executeCommand('setContext', 'switchyard.state', state);
    this.#changed.fire();
  }

  async #fail(error: unknown): Promise<void> {
    this.ports.log.error(`[host] ${stackOf(error)}`);
    await this.#show('failed');
  }
}

/** `<repository>.worktrees` beside the repository, as VS Code itself does, or what is configured (absolute or beside it). */
function worktreesFolder(mainWorktree: string, configured: string): string {
  return configured === '' ? `${mainWorktree}.worktrees` : resolve(dirname(mainWorktree), configured);
}

function stateOf(check: Exclude<RepositoryCheck, { kind: 'ready' }>): HostState {
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
