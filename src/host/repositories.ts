import { pathWithin } from '../base/pathWithin';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { stackOf } from '../base/messageOf';
import { overviewOf, type OpenRepository, type Overview } from '../core/board/overview';
import { findRepositories, type FoundRepository } from '../core/repositories/findRepositories';
import { systemClock } from '../base/systemClock';
import type { FolderCheck } from '../session/services';
import { findGitApi, type GitApi, type GitRepository } from './git/gitExtension';
import type { ChatRepository } from './chat/answerChat';
import { foldersToLookAt, repositoryAt } from './git/openFolders';
import { RepositoryHost, stateOf, type HostPorts, type HostState } from './repositoryHost';
import { setContext } from './setContext';
import { storyAt } from './storyDocument/storyUri';

const SHOWN = 'switchyard.shownRepository';

/** What holds on for as long as a repository is open. */
type Attend = (host: RepositoryHost) => { dispose(): unknown };

/** A folder that git says something about. */
interface Looked {
  readonly folder: string;
  readonly check: FolderCheck;
}

/**
 * The repositories of a window. Each that is behind a folder has a host of its own; hosts come and go with folders, trust and
 * the Git extension. Which one the board shows is remembered.
 */
export class Repositories implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  /** Something that any view shows is another than before. */
  readonly onDidChange = this.#changed.event;
  readonly #written = new vscode.EventEmitter<void>();
  /** Stories or their reviews were changed on disk, or are another session's now. */
  readonly onDidWrite = this.#written.event;
  readonly #subscriptions: { dispose(): unknown }[] = [];
  readonly #attending: Attend[] = [];
  readonly #attended = new Map<RepositoryHost, vscode.Disposable>();
  /** Stands for the window where there is no repository. */
  readonly #none: RepositoryHost;
  #hosts: readonly RepositoryHost[] = [];
  #api: GitApi | null = null;
  #opening: Promise<void> = Promise.resolve();
  #isClosed = false;
  /** The Git extension starts some time after it was switched on. */
  #enablement: vscode.Disposable | null = null;

  constructor(
    private readonly ports: HostPorts,
    private readonly memory: vscode.Memento,
  ) {
    this.#none = new RepositoryHost(ports, null);
    const poke = (): void => this.#hosts.forEach((host) => host.session()?.poke());
    this.#subscriptions.push(
      this.#changed,
      this.#written,
      this.#none,
      this.#none.onDidChange(() => this.#tell()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => void this.open()),
      vscode.workspace.onDidChangeWorkspaceFolders(() => {
        // A window that follows tells the leader which folders are open in it.
        poke();
        void this.open();
      }),
      vscode.extensions.onDidChange(() => {
        if (this.state === 'noGit') void this.open();
      }),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('git.enabled')) void this.open();
        else if (event.affectsConfiguration('switchyard')) poke();
      }),
      ports.approval.onDidChange(poke),
    );
  }

  /** In the order of the window's folders. */
  all(): readonly RepositoryHost[] {
    return this.#hosts;
  }

  /** There is something to choose between. */
  get areSeveral(): boolean {
    return this.#hosts.length > 1;
  }

  /** Of the window: one repository that works is enough. */
  get state(): HostState {
    return this.#hosts.some(({ state }) => state === 'ready') ? 'ready' : (this.#hosts[0] ?? this.#none).state;
  }

  /** The repository that the board shows. Where there is none, a host that says why. */
  shown(): RepositoryHost {
    const wanted = this.memory.get<string>(SHOWN);
    return this.#hosts.find(({ found }) => found?.commonDir === wanted) ?? this.#hosts[0] ?? this.#none;
  }

  async show(host: RepositoryHost): Promise<void> {
    await this.memory.update(SHOWN, host.found?.commonDir);
    this.#changed.fire();
  }

  overview(): Overview {
    return overviewOf(this.opened());
  }

  opened(): OpenRepository[] {
    return this.#hosts.map((host) => host.shown());
  }

  /** As a chat reaches them. */
  forChat(): ChatRepository[] {
    return this.#hosts.map((host) => ({ ...host.shown(), pipeline: host.session() }));
  }

  named(name: string): RepositoryHost | null {
    return this.#hosts.find((host) => host.name === name) ?? null;
  }

  /** The repository that has this story on its board. */
  holding(key: string): RepositoryHost | null {
    if (!this.areSeveral) return this.#hosts[0] ?? null;
    return this.#hosts.find((host) => host.model()?.cards.some((card) => card.key === key)) ?? null;
  }

  /** The repository that a file or the document of a story belongs to; of nested ones the inner. */
  at(uri: vscode.Uri): RepositoryHost | null {
    const story = storyAt(uri);
    if (story !== null) return story.repository === null ? (this.#hosts[0] ?? null) : this.named(story.repository);
    if (uri.scheme !== 'file') return null;
    const around = this.#hosts.filter((host) => rootsOf(host).some((root) => pathWithin(root, uri.fsPath) !== null));
    const inner = around.toSorted((a, b) => lengthOf(b) - lengthOf(a))[0];
    return inner ?? (this.areSeveral ? null : (this.#hosts[0] ?? null));
  }

  /** How a repository is named where it could be another; null where it is the only one. */
  label(host: RepositoryHost): string | null {
    return this.areSeveral ? host.name : null;
  }

  /** Calls this for each repository that is open or will be; what it gives is disposed when the repository goes. */
  each(attend: Attend): void {
    this.#attending.push(attend);
    for (const [host, held] of this.#attended) this.#attended.set(host, vscode.Disposable.from(held, attend(host)));
  }

  /** Looks for the repositories and opens them; calls run one after another. */
  open(): Promise<void> {
    this.#opening = this.#opening
      .then(() => (this.#isClosed ? undefined : this.#open()))
      .catch((error: unknown) => {
        this.ports.log.error(`[host] ${stackOf(error)}`);
        return this.#showNone('failed');
      });
    return this.#opening;
  }

  /** Ends all sessions; resolves when their processes have ended. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#opening;
    await this.#replace([]);
  }

  dispose(): void {
    this.#enablement?.dispose();
    for (const held of this.#attended.values()) held.dispose();
    vscode.Disposable.from(...this.#subscriptions).dispose();
  }

  async #open(): Promise<void> {
    const folders = vscode.workspace.workspaceFolders ?? [];
    const [first] = folders;
    if (first === undefined) return this.#showNone('noFolder');
    if (!vscode.workspace.isTrusted) return this.#showNone('untrusted');
    const found = await findGitApi(first.uri);
    this.#enablement?.dispose();
    this.#enablement = found.kind === 'disabled' ? found.onDidChangeEnablement(() => void this.open()) : null;
    if (found.kind !== 'ready') return this.#showNone('noGit');
    this.#watch(found.api);
    const places = await foldersToLookAt(found.api, folders);
    // The engine's code is for those who have a repository.
    if (places.length === 0) return this.#showNone('noRepository');
    const { holdSpawner } = await import('../session/services');
    const held = holdSpawner(this.ports.log);
    try {
      await this.#openIn(found.api, places);
    } finally {
      held.dispose();
    }
  }

  async #openIn(api: GitApi, folders: readonly string[]): Promise<void> {
    const looked = await this.#look(api, folders);
    const ready = findRepositories(
      looked.flatMap(({ check }) => (check.kind === 'ready' ? [check] : [])),
      vscode.l10n.t,
    );
    const problems = looked.filter(({ check }) => check.kind !== 'ready' && check.kind !== 'notARepository');
    if (ready.length + problems.length === 0) return this.#showNone('noRepository');
    await this.#bringUp(api, ready, problems);
  }

  /** The Git extension's events are hints: engines watch refs themselves. A repository becomes usable with its first commit. */
  #watch(api: GitApi): void {
    if (this.#api === api) return;
    this.#api = api;
    const hint = ({ rootUri }: GitRepository): void => {
      const host = this.#hosts.find((one) => one.repository?.rootUri.toString() === rootUri.toString());
      const session = host?.session() ?? null;
      if (session !== null) session.poke();
      else if (this.#hosts.length === 0 || this.#hosts.some(({ state }) => state !== 'ready')) void this.open();
    };
    this.#subscriptions.push(
      api.onDidOpenRepository((repository) => {
        this.#subscriptions.push(repository.state.onDidChange(() => hint(repository)));
        void this.open();
      }),
      ...api.repositories.map((repository) => repository.state.onDidChange(() => hint(repository))),
    );
  }

  /** What is open already is known; git is asked about everything else. */
  async #look(api: GitApi, folders: readonly string[]): Promise<Looked[]> {
    const open = new Set(this.#hosts.filter(({ state }) => state === 'ready').map(({ found }) => found?.commonDir));
    const known = [...this.#known].filter(([, { commonDir }]) => open.has(commonDir));
    const checks = new Map<string, FolderCheck>(known);
    const asked = folders.filter((folder) => !checks.has(folder));
    if (asked.length > 0) {
      const { checkFolders } = await import('../session/services');
      const answers = await checkFolders({ gitBinary: api.git.path, clock: systemClock, log: this.ports.log }, asked);
      asked.forEach((folder, at) => checks.set(folder, answers[at] ?? NOTHING));
    }
    const looked = folders.map((folder) => ({ folder, check: checks.get(folder) ?? NOTHING }));
    this.#known = new Map(looked.flatMap(({ folder, check }) => (check.kind === 'ready' ? [[folder, check]] : [])));
    return looked;
  }
  #known = new Map<string, Extract<FolderCheck, { kind: 'ready' }>>();

  async #bringUp(api: GitApi, ready: readonly FoundRepository[], problems: readonly Looked[]): Promise<void> {
    const before = new Map(
      this.#hosts.filter(({ state }) => state === 'ready').map((host) => [placeOf(host.found), host]),
    );
    const fresh: { host: RepositoryHost; repository: GitRepository | null }[] = [];
    const hosts: RepositoryHost[] = [];
    for (const found of ready) {
      const known = before.get(placeOf(found));
      const host = known ?? new RepositoryHost(this.ports, found, (one) => this.label(one));
      host.found = found;
      hosts.push(host);
      if (known === undefined) fresh.push({ host, repository: await repositoryAt(api, found.topLevel) });
    }
    for (const { folder, check } of problems) hosts.push(this.#problem(api, folder, check));
    await this.#replace(hosts);
    for (const { host, repository } of fresh) if (repository === null) host.show('noRepository', api);
    const opening = fresh.flatMap(({ host, repository }) => (repository === null ? [] : [host.open(api, repository)]));
    await Promise.all(opening);
    // Each that came has said so.
    if (fresh.length === 0) this.#tell();
  }

  /** A folder that git does not open, or not yet: it is shown with the reason. */
  #problem(api: GitApi, folder: string, check: FolderCheck): RepositoryHost {
    const name = path.basename(folder);
    const host = new RepositoryHost(this.ports, {
      name,
      about: null,
      commonDir: folder,
      topLevel: folder,
      superprojects: [],
    });
    if (check.kind === 'refused') this.ports.log.error(`[host] ${stackOf(check.error)}`);
    host.show(check.kind === 'refused' || check.kind === 'ready' ? 'failed' : stateOf(check), api);
    return host;
  }

  async #showNone(state: HostState): Promise<void> {
    await this.#replace([]);
    this.#none.show(state, this.#api);
  }

  /** Ends those that are gone; what attends the others goes on. */
  async #replace(hosts: readonly RepositoryHost[]): Promise<void> {
    const gone = this.#hosts.filter((host) => !hosts.includes(host));
    const come = hosts.filter((host) => !this.#hosts.includes(host));
    this.#hosts = hosts;
    for (const host of come) {
      const heard = [host.onDidChange(() => this.#tell()), host.onDidWrite(() => this.#written.fire())];
      this.#attended.set(
        host,
        vscode.Disposable.from(...heard, ...this.#attending.map((attend) => attend(host)), host),
      );
    }
    for (const host of gone) {
      this.#attended.get(host)?.dispose();
      this.#attended.delete(host);
    }
    await Promise.all(gone.map((host) => host.close()));
  }

  #tell(): void {
    setContext('switchyard.state', this.state);
    setContext('switchyard.areSeveral', this.areSeveral);
    this.#changed.fire();
  }
}

const NOTHING: FolderCheck = { kind: 'notARepository' };

/** A host is the same one as long as it looks at one repository from one place. */
function placeOf(found: FoundRepository | null): string {
  return `${found?.commonDir ?? ''}\n${found?.topLevel ?? ''}`;
}

/** Where it is by git's word and by VS Code's, which knows links by their own names. */
function rootsOf({ found, repository }: RepositoryHost): string[] {
  return [...(found === null ? [] : [found.topLevel]), ...(repository === null ? [] : [repository.rootUri.fsPath])];
}

function lengthOf({ found }: RepositoryHost): number {
  return found?.topLevel.length ?? 0;
}
