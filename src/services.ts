import { randomBytes } from 'node:crypto';
import { basename, join } from 'node:path';
import { buildBoardModel, type BoardModel } from './core/board/boardModel';
import { gateOutputId } from './core/mergeQueue/consequence';
import { isFinished } from './core/mergeQueue/job';
import { mergeStatus, type MergeStatus } from './core/mergeQueue/status';
import { shortRef } from './core/story/names';
import type { Permission, PipelineFacts } from './core/pipeline/facts';
import type { Clock, Disposable, GitPort, Log, RepositoryCheck } from './core/ports';
import type { HistoryEntry } from './core/story/history';
import { agentOutputId } from './engine/coderRuns';
import { Engine } from './engine/engine';
import { lookAtTarget } from './engine/look';
import type { EngineSettings } from './engine/ports';
import { storyOutputId } from './engine/prover';
import { createGitPort } from './git/gitPort';
import { createProcesses } from './processes/processes';
import type { JournalObserver } from './store/jobJournal';
import { contend, type Leadership } from './store/leader';
import { openReadOnly, type ReadOnlyStore } from './store/openReadOnly';
import { openStore, type OpenStore } from './store/openStore';

/** What a session needs of its surroundings: the one list of parameters of everything below the host. */
export interface SessionOptions {
  readonly gitBinary: string;
  /** A folder in the repository's work tree. */
  readonly folder: string;
  /** Path of `sql-wasm.wasm`. */
  readonly wasmPath: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: () => EngineSettings;
  /** Where stories get their worktrees, given the main worktree. Absolute. */
  readonly worktreesFolder: (mainWorktree: string) => string;
  readonly permission: (commandText: string) => Permission;
  readonly onOutput: (story: { key: string; number: number }, text: string) => void;
  readonly afterLanding: () => Promise<void>;
  /** Called around each record of the merge journal; a crash test ends the process there. */
  readonly journalObserver?: JournalObserver;
}

export type OpenOutcome =
  { kind: 'open'; session: Session } | { kind: 'unavailable'; check: Exclude<RepositoryCheck, { kind: 'ready' }> };

/** One window's part in one repository: it leads (and has an engine) or follows another that does. */
export interface Session {
  engine(): Engine | null;
  /** What the views show; null until the first look. */
  model(): BoardModel | null;
  /** Why this window can neither lead nor follow, in one sentence; null when all is well. */
  problem(): string | null;
  onDidChange(listener: () => void): Disposable;
  worktreeOf(key: string): Promise<string | null>;
  /** Short name of a story's branch, null where it has none. */
  branchOf(key: string): Promise<string | null>;
  bodyOf(key: string): Promise<string>;
  /** Kept output of a story's runs: agent, gates, merge gates; those that exist. */
  outputsOf(key: string): Promise<string[]>;
  /** Where a story's merge stands; also for a window that follows. */
  mergeStatusOf(key: string): MergeStatus;
  historyOf(key: string, limit: number): readonly HistoryEntry[];
  /** Short names of all local branches. */
  branches(): Promise<string[]>;
  dispose(): Promise<void>;
}

/** Opens a repository: checks it, then takes part in choosing the one leader among all windows on it. */
export async function openSession(options: SessionOptions): Promise<OpenOutcome> {
  const git = createGitPort({
    binary: options.gitBinary,
    folder: options.folder,
    log: options.log,
    clock: options.clock,
  });
  const check = await git.check();
  if (check.kind !== 'ready') return { kind: 'unavailable', check };
  const main = (await git.worktrees()).find((one) => one.isMain)?.path ?? check.topLevel;
  const session = new RepositorySession(options, git, { main, dir: join(check.commonDir, 'switchyard') });
  await session.begin();
  return { kind: 'open', session };
}

/** How often (ms) a following window reads what the leader wrote, beside the file system's own hints. */
const FOLLOW_MS = 2000;

class RepositorySession implements Session {
  readonly #listeners = new Set<() => void>();
  #leadership: Leadership | null = null;
  #engine: Engine | null = null;
  #store: OpenStore | null = null;
  #following: { store: ReadOnlyStore; subscription: Disposable } | null = null;
  #model: BoardModel | null = null;
  #problem: string | null = null;
  /** Changes of role happen one after another. */
  #turn: Promise<void> = Promise.resolve();
  #disposed = false;

  constructor(
    private readonly options: SessionOptions,
    private readonly git: GitPort,
    private readonly places: { main: string; dir: string },
  ) {}

  async begin(): Promise<void> {
    this.#leadership = await contend({
      dir: join(this.places.dir, 'leader'),
      log: this.options.log,
      onLead: (epoch) => this.#inTurn(() => this.#lead(epoch)),
      onFollow: () => this.#inTurn(() => this.#follow()),
    });
    await this.#turn;
  }

  engine(): Engine | null {
    return this.#engine;
  }

  model(): BoardModel | null {
    return this.#engine?.model() ?? this.#model;
  }

  problem(): string | null {
    return this.#problem;
  }

  onDidChange(listener: () => void): Disposable {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }

  async worktreeOf(key: string): Promise<string | null> {
    const branch = this.#storyBranch(key);
    return branch === null ? null : ((await this.git.worktrees()).find((one) => one.branch === branch)?.path ?? null);
  }

  branchOf(key: string): Promise<string | null> {
    const branch = this.#storyBranch(key);
    return Promise.resolve(branch === null ? null : shortRef(branch));
  }

  async bodyOf(key: string): Promise<string> {
    return (await this.#content()?.read(`${key}:body`)) ?? '';
  }

  async outputsOf(key: string): Promise<string[]> {
    const ids = [agentOutputId(key), storyOutputId(key), gateOutputId(key)];
    const texts = await Promise.all(ids.map((id) => this.#content()?.read(id) ?? Promise.resolve(null)));
    return texts.filter((text) => text !== null);
  }

  mergeStatusOf(key: string): MergeStatus {
    if (this.#engine !== null) return this.#engine.mergeStatus(key);
    const jobs = this.#following?.store.jobs().filter((job) => job.storyKey === key) ?? [];
    const last = jobs.at(-1);
    const running = last !== undefined && !isFinished(last);
    return running ? { kind: 'running', step: last.step } : mergeStatus(jobs, undefined, null);
  }

  historyOf(key: string, limit: number): readonly HistoryEntry[] {
    const stories = this.#store?.stories ?? this.#following?.store.stories;
    return (stories?.history({ cursor: 0, limit: Number.MAX_SAFE_INTEGER, key }) ?? []).slice(-limit);
  }

  async branches(): Promise<string[]> {
    return [...(await this.git.branchTips()).keys()].map(shortRef);
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    await this.#turn;
    await this.#rest();
    await this.#leadership?.dispose();
  }

  #inTurn(task: () => Promise<void>): void {
    this.#turn = this.#turn.then(task).catch((error: unknown) => {
      this.#problem = error instanceof Error ? error.message : String(error);
      this.options.log.error(`[session] ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      this.#tell();
    });
  }

  async #lead(epoch: number): Promise<void> {
    await this.#rest();
    if (this.#disposed) return;
    const { clock, log, wasmPath, journalObserver } = this.options;
    const { dir, main } = this.places;
    const store = await openStore({ dir, wasmPath, clock, log, ...(journalObserver && { journalObserver }) });
    this.#store = store;
    this.#engine = await Engine.start({
      ...this.options,
      git: this.git,
      store: store.stories,
      content: store.content,
      journal: store.jobs,
      processes: createProcesses({ recordDir: join(dir, 'runs'), log, platform: process.platform }),
      boot: epoch,
      stillLeads: () => this.#leadership?.stillLeads() ?? Promise.resolve(true),
      newId: () => `${clock.now().toString(36)}-${randomBytes(6).toString('hex')}`,
      folders: {
        repositoryName: basename(main),
        worktrees: () => this.options.worktreesFolder(main),
        prompts: join(dir, 'prompts'),
      },
    });
    log.info(`[session] this window leads, epoch ${epoch}`);
    this.#engine.onDidChange(() => this.#tell());
    this.#tell();
  }

  async #follow(): Promise<void> {
    await this.#rest();
    if (this.#disposed) return;
    const { log } = this.options;
    const store = await openReadOnly({ dir: this.places.dir, log });
    const show = () => {
      this.#inTurn(() => this.#showFollowed(store));
    };
    this.#following = { store, subscription: store.stories.onDidChange(show) };
    this.#reloadLater(store);
    log.info('[session] another window leads; this one follows');
    await this.#showFollowed(store);
  }

  /** File systems do not report every change, so a following window also looks by itself. */
  #reloadLater(store: ReadOnlyStore): void {
    this.options.clock.after(FOLLOW_MS, () => {
      if (this.#following?.store !== store) return;
      store.reload().catch((error: unknown) => this.options.log.warn(`[session] ${String(error)}`));
      this.#reloadLater(store);
    });
  }

  async #showFollowed(store: ReadOnlyStore): Promise<void> {
    const target = await lookAtTarget(this.git, this.options.settings().target);
    this.#model = buildBoardModel(
      followedFacts(this.options, store, target, basename(this.places.main), await this.git.branchTips()),
    );
    this.#tell();
  }

  /** Lets go of whatever the present role holds. */
  async #rest(): Promise<void> {
    const [engine, store, following] = [this.#engine, this.#store, this.#following];
    this.#engine = null;
    this.#store = null;
    this.#following = null;
    await engine?.dispose();
    await store?.close();
    following?.subscription.dispose();
    await following?.store.close();
  }

  #content() {
    return this.#store?.content ?? this.#following?.store.content;
  }

  #storyBranch(key: string): string | null {
    const stories = this.#store?.stories ?? this.#following?.store.stories;
    return stories?.get(key)?.branch ?? null;
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** What a window that does not lead can say: the stories and their branches, nothing of runs. */
function followedFacts(
  options: SessionOptions,
  store: ReadOnlyStore,
  target: PipelineFacts['target'],
  repository: string,
  tips: ReadonlyMap<string, string>,
): PipelineFacts {
  const stories = store.stories.stories();
  return {
    now: options.clock.now(),
    mode: 'following',
    repository,
    target,
    permission: 'granted',
    identity: 'known',
    gates: { kind: 'none' },
    coder: null,
    agentProblem: null,
    maxCoders: options.settings().maxCoders,
    stories,
    tips: new Map(stories.map((story) => [story.key, story.branch === null ? null : (tips.get(story.branch) ?? null)])),
    runs: new Map(),
    jobs: [],
    criteria: new Map(),
  };
}
