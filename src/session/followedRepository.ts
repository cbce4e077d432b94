import { Listeners } from '../base/listeners';
import type { BoardModel } from '../core/board/boardModel';
import { buildBoardModel } from '../core/board/buildBoardModel';
import { isFinished } from '../core/landing/job';
import { mergeStatus, type MergeStatus } from '../core/landing/status';
import type { Disposable } from '../base/disposable';
import type { Clock } from '../ports/clock';
import type { GitPort } from '../ports/git';
import type { Log } from '../ports/log';
import { lookAtTarget } from '../engine/look';
import type { EngineSettings } from '../engine/ports';
import type { Role } from './session';
import type { ReadOnlyStore } from '../store/openReadOnly';

interface FollowedPorts {
  readonly git: GitPort;
  readonly store: ReadOnlyStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: () => EngineSettings;
  /** Its name for people. */
  readonly repository: string;
}

/** How often (ms) what the leader wrote is read, beside the file system's own hints, which do not tell everything. */
const LOOK_MS = 2000;

/** A repository that another window leads: its stories as they are on disk, and nothing that could change one. */
export class FollowedRepository implements Role {
  readonly engine = null;
  readonly #listeners: Listeners<void>;
  readonly #subscription: Disposable;
  #model: BoardModel | null = null;
  #timer: Disposable;

  constructor(private readonly ports: FollowedPorts) {
    this.#listeners = new Listeners(ports.log);
    this.#subscription = ports.store.stories.onDidChange(() => this.#lookSoon());
    this.#timer = this.#again();
  }

  get stories(): ReadOnlyStore['stories'] {
    return this.ports.store.stories;
  }

  get content(): ReadOnlyStore['content'] {
    return this.ports.store.content;
  }

  model(): BoardModel | null {
    return this.#model;
  }

  mergeStatus(key: string): MergeStatus {
    const jobs = this.ports.store.jobs().filter((job) => job.storyKey === key);
    const last = jobs.at(-1);
    if (last !== undefined && !isFinished(last)) return { kind: 'running', step: last.step };
    return mergeStatus(jobs, undefined, null);
  }

  onDidChange(listener: () => void): Disposable {
    return this.#listeners.add(listener);
  }

  async look(): Promise<void> {
    const { git, settings, clock, repository, store } = this.ports;
    const target = await lookAtTarget(git, settings().target);
    const tips = await git.branchTips();
    const stories = store.stories.stories();
    const tipOf = (branch: string | null) => (branch === null ? null : (tips.get(branch) ?? null));
    this.#model = buildBoardModel({
      now: clock.now(),
      mode: 'following',
      repository,
      target,
      permission: 'granted',
      identity: 'known',
      gates: { kind: 'none' },
      coder: null,
      agentProblem: null,
      storeProblem: null,
      losses: [],
      maxCoders: settings().maxCoders,
      stories,
      tips: new Map(stories.map((story) => [story.key, tipOf(story.branch)])),
      runs: new Map(),
      jobs: [],
      pending: new Map(),
      criteria: new Map(),
    });
    this.#listeners.call();
  }

  async close(): Promise<void> {
    this.#timer.dispose();
    this.#subscription.dispose();
    await this.ports.store.close();
  }

  #lookSoon(): void {
    this.look().catch((error: unknown) => this.ports.log.warn(`[session] ${String(error)}`));
  }

  #again(): Disposable {
    return this.ports.clock.after(LOOK_MS, () => {
      this.ports.store.reload().catch((error: unknown) => this.ports.log.warn(`[session] ${String(error)}`));
      this.#timer = this.#again();
    });
  }
}
