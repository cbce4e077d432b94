import { Listeners } from '../base/listeners';
import { messageOf, stackOf } from '../base/messageOf';
import type { BoardModel } from '../core/board/boardModel';
import { gateOutputId } from '../core/landing/consequence';
import type { MergeStatus } from '../core/landing/status';
import type { Disposable } from '../base/disposable';
import type { Clock } from '../ports/clock';
import type { GitPort } from '../ports/git';
import type { Lead } from '../ports/lead';
import type { Log } from '../ports/log';
import type { ContentStore, StoryStore } from '../ports/store';
import type { ContendOptions, Leadership } from '../store/leader/leader';
import type { HistoryEntry } from '../core/story/history';
import { numberInName, shortRef } from '../core/story/names';
import { agentOutputId } from '../engine/coderRuns';
import type { Engine } from '../engine/engine';
import { storyOutputId } from '../gates/prover';

/** One window's part in one repository: it leads (and has an engine) or follows another that does. */
export interface Session {
  engine(): Engine | null;
  /** What the views show; null until the first look. */
  model(): BoardModel | null;
  /** Why this window can neither lead nor follow, in one sentence; null when all is well. */
  problem(): string | null;
  onDidChange(listener: () => void): Disposable;
  worktreeOf(key: string): Promise<string | null>;
  /**
   * What a story changes, as git names: what it landed, else its branch from where it left the target (`from` null).
   * Null where it has neither.
   */
  changesOf(key: string): { readonly from: string | null; readonly to: string } | null;
  bodyOf(key: string): Promise<string>;
  /** Kept output of a story's runs: agent, gates, merge gates; those that exist. */
  outputsOf(key: string): Promise<string[]>;
  /** Where a story's merge stands; also for a window that follows. */
  mergeStatusOf(key: string): MergeStatus;
  historyOf(key: string, limit: number): readonly HistoryEntry[];
  /** Short names of the local branches that are no story's. */
  branches(): Promise<string[]>;
  dispose(): Promise<void>;
}

/** What a window holds in its present role. */
export interface Role {
  /** Null while another window leads. */
  readonly engine: Engine | null;
  readonly stories: Pick<StoryStore, 'get' | 'history'>;
  readonly content: Pick<ContentStore, 'read'>;
  model(): BoardModel | null;
  mergeStatus(key: string): MergeStatus;
  onDidChange(listener: () => void): Disposable;
  /** Ends what the role does and lets go of its files. */
  close(): Promise<void>;
}

/** How a session takes part in choosing the leader, and what it becomes. */
export interface SessionPorts {
  readonly git: GitPort;
  readonly clock: Clock;
  readonly log: Log;
  readonly contend: (
    roles: Pick<ContendOptions, 'onLead' | 'onFollow' | 'onLost' | 'onProblem'>,
  ) => Promise<Leadership>;
  /** `onLost` is called when the lead turns out to be another's. */
  readonly lead: (lead: Lead, onLost: () => void) => Promise<Role>;
  readonly follow: () => Promise<Role>;
  /** Let go of when the session is over. */
  readonly starter: Disposable;
}

/** After a role could not be taken (a full disk, a broken file), it is tried again after this long (ms). */
const TRY_AGAIN_MS = 5000;

/** Leads or follows, whichever it is; changes of role happen one after another. */
export class RepositorySession implements Session {
  readonly #listeners: Listeners<void>;
  #leadership: Leadership | null = null;
  #role: Role | null = null;
  #problem: string | null = null;
  /** Why it is not known who leads. */
  #leaderProblem: string | null = null;
  #turn: Promise<void> = Promise.resolve();
  #startingOver = false;
  #disposed = false;

  constructor(private readonly ports: SessionPorts) {
    this.#listeners = new Listeners(ports.log);
  }

  async begin(): Promise<void> {
    this.#leadership = await this.ports.contend({
      onLead: (lead) => this.#become(() => this.ports.lead(lead, () => this.#startOver())),
      onFollow: () => this.#become(() => this.ports.follow()),
      onLost: () => this.#startOver(),
      onProblem: (problem) => {
        this.#leaderProblem = problem;
        this.#tell();
      },
    });
    // The window may have closed while the leader was being chosen.
    if (this.#disposed) await this.#leadership.dispose();
    await this.#turn;
  }

  engine(): Engine | null {
    return this.#role?.engine ?? null;
  }

  model(): BoardModel | null {
    return this.#role?.model() ?? null;
  }

  problem(): string | null {
    return this.#problem ?? this.#leaderProblem;
  }

  onDidChange(listener: () => void): Disposable {
    return this.#listeners.add(listener);
  }

  async worktreeOf(key: string): Promise<string | null> {
    const branch = this.#role?.stories.get(key)?.branch ?? null;
    if (branch === null) return null;
    const place = await this.ports.git.storyPlace(branch);
    return place.kind === 'there' ? place.path : null;
  }

  changesOf(key: string): { from: string | null; to: string } | null {
    const story = this.#role?.stories.get(key);
    if (story === undefined) return null;
    if (story.stage.name === 'Done') return { from: `${story.stage.mergeCommit}^`, to: story.stage.mergeCommit };
    return story.branch === null ? null : { from: null, to: shortRef(story.branch) };
  }

  async bodyOf(key: string): Promise<string> {
    return (await this.#role?.content.read(`${key}:body`)) ?? '';
  }

  async outputsOf(key: string): Promise<string[]> {
    const ids = [agentOutputId(key), storyOutputId(key), gateOutputId(key)];
    const content = this.#role?.content;
    if (content === undefined) return [];
    return (await Promise.all(ids.map((id) => content.read(id)))).filter((text) => text !== null);
  }

  mergeStatusOf(key: string): MergeStatus {
    return this.#role?.mergeStatus(key) ?? { kind: 'none' };
  }

  historyOf(key: string, limit: number): readonly HistoryEntry[] {
    const entries = this.#role?.stories.history({ cursor: 0, limit: Number.MAX_SAFE_INTEGER, key }) ?? [];
    return entries.slice(-limit);
  }

  async branches(): Promise<string[]> {
    const names = [...(await this.ports.git.branchTips()).keys()].map(shortRef);
    return names.filter((name) => numberInName(name) === null);
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    await this.#turn;
    try {
      await this.#rest();
    } finally {
      await this.#leadership?.dispose();
      this.ports.starter.dispose();
    }
  }

  #become(take: () => Promise<Role>): void {
    this.#inTurn(async () => {
      await this.#rest();
      if (this.#disposed) return;
      const role = await take();
      this.#role = role;
      this.#problem = null;
      role.onDidChange(() => this.#tell());
      this.#tell();
    });
  }

  /** Gives up the role and takes part in the choice again. */
  #startOver(): void {
    if (this.#startingOver) return;
    this.#startingOver = true;
    this.#inTurn(async () => {
      this.#startingOver = false;
      if (this.#disposed) return;
      this.ports.log.warn('[session] this window no longer leads; it takes part in the choice again');
      await this.#rest();
      await this.#leadership?.dispose();
      this.#leadership = null;
      void this.begin().catch((error: unknown) => this.#fail(error));
    });
  }

  #inTurn(task: () => Promise<void>): void {
    this.#turn = this.#turn.then(task).catch((error: unknown) => this.#fail(error));
  }

  #fail(error: unknown): void {
    this.#problem = messageOf(error);
    this.ports.log.error(`[session] ${stackOf(error)}`);
    this.#tell();
    if (!this.#disposed) this.ports.clock.after(TRY_AGAIN_MS, () => this.#startOver());
  }

  /** Lets go of whatever the present role holds. */
  async #rest(): Promise<void> {
    const role = this.#role;
    this.#role = null;
    await role?.close();
  }

  #tell(): void {
    this.#listeners.call();
  }
}
