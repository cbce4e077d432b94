import type { MergeJob } from '../landing/job';
import { advance } from '../story/advance';
import type { StoryEvent } from '../story/events';
import { underlyingStage } from '../story/stage';
import type { StoryRecord } from '../story/story';
import { LANDING_COSTS } from './expectedWait';
import type { JobFacts, LiveRun, PipelineFacts } from './facts';
import type { QueuePolicy } from './policy';
import type { Action } from './action';
import { isInLine, waitingInLine } from './landings';
import { schedule } from './schedule';

/** When a story will land if everything stays green, by the scheduler itself and what gates took until now. */
export interface Landing {
  readonly key: string;
  readonly number: number;
  readonly title: string;
  /** In ms since 1970. Null where nothing that is known makes it land, or where no gate run was measured. */
  readonly at: number | null;
  /** Whether it lands at all as things are. */
  readonly lands: 'by itself' | 'not by itself';
}

/** `none`: gates have never been measured, so an order can be told and no time. */
export interface Forecast {
  readonly times: 'measured' | 'none';
  /** In the order in which they land; those that do not come last. */
  readonly landings: readonly Landing[];
}

/** How many stories are looked at; those behind them wait for these anyway. */
const MOST_STORIES = 60;
const MOST_STEPS = 600;

/**
 * Lets the scheduler go on with facts as they will be: gates pass, landings land, and each takes as long as was measured. A
 * landing that waits for something of a person's, and an agent at work, never end by themselves.
 */
export function forecast(facts: PipelineFacts, from: readonly ('QA' | 'Merge')[] = ['Merge', 'QA']): Forecast {
  const gateMs = facts.queue?.gateMs ?? null;
  const asked = facts.stories.filter(({ stage }) => from.some((name) => name === stage.name)).slice(0, MOST_STORIES);
  const future = new Future(facts, withDependencies(asked, facts.stories), gateMs ?? 60_000);
  future.run();
  const landings = asked.map(({ key, number, title }): Landing => {
    const at = future.landedAt(key);
    return { key, number, title, at: gateMs === null ? null : at, lands: at === null ? 'not by itself' : 'by itself' };
  });
  const order = (one: Landing): number => future.landedAt(one.key) ?? Infinity;
  const sorted = landings.sort((a, b) => (order(a) === order(b) ? a.number - b.number : order(a) - order(b)));
  return { times: gateMs === null ? 'none' : 'measured', landings: sorted };
}

/** What a story depends on decides when it lands, wherever that is. */
function withDependencies(asked: readonly StoryRecord[], all: readonly StoryRecord[]): StoryRecord[] {
  const byKey = new Map(all.map((story) => [story.key, story]));
  const found = new Map<string, StoryRecord>();
  const add = (story: StoryRecord): void => {
    if (found.has(story.key)) return;
    found.set(story.key, story);
    for (const key of story.dependsOn) {
      const other = byKey.get(key);
      if (other !== undefined) add(other);
    }
  };
  for (const story of asked) add(story);
  return [...found.values()];
}

interface Ending {
  readonly key: string;
  /** In ms since 1970; Infinity for what does not end by itself. */
  readonly at: number;
}

/** The pipeline in a time to come. */
class Future {
  #now: number;
  readonly #stories: Map<string, StoryRecord>;
  readonly #runs: Map<string, LiveRun>;
  readonly #runEnds = new Map<string, number>();
  #jobs: JobFacts[];
  readonly #jobEnds = new Map<string, number>();
  readonly #landed = new Map<string, number>();

  constructor(
    private readonly facts: PipelineFacts,
    stories: readonly StoryRecord[],
    private readonly gateMs: number,
  ) {
    this.#now = facts.now;
    this.#stories = new Map(stories.map((story) => [story.key, story]));
    this.#runs = new Map([...facts.runs].filter(([key]) => this.#stories.has(key)));
    for (const [key, run] of this.#runs) this.#runEnds.set(key, this.#endOf(run));
    this.#jobs = facts.jobs.filter(({ job, isEnding }) => this.#stories.has(job.storyKey) && isEnding !== true);
    for (const [place, one] of this.#atWork().entries())
      this.#jobEnds.set(one.job.storyKey, this.#endOfJob(one, place));
    for (const { job } of this.#jobs.filter((one) => !isInLine(one))) this.#jobEnds.set(job.storyKey, Infinity);
  }

  /** Null for one that does not land. */
  landedAt(key: string): number | null {
    return this.#landed.get(key) ?? null;
  }

  run(): void {
    for (let step = 0; step < MOST_STEPS; step += 1) {
      this.#doAll();
      const next = this.#nextEnding();
      if (next === null) return;
      this.#now = Math.max(this.#now, next.at);
      if (this.#jobEnds.has(next.key)) this.#land(next.key);
      else this.#pass(next.key);
    }
  }

  /** Asks the scheduler until it wants nothing more at this moment. */
  #doAll(): void {
    for (let round = 0; round <= this.#stories.size; round += 1) {
      const begun = schedule(this.#factsNow()).filter((action) => this.#do(action));
      if (begun.length === 0) break;
    }
    this.#endDispatched();
  }

  #factsNow(): PipelineFacts {
    return { ...this.facts, now: this.#now, stories: [...this.#stories.values()], runs: this.#runs, jobs: this.#jobs, archiveAfterMs: null }; // prettier-ignore
  }

  /** Whether it changed anything. */
  #do(action: Action): boolean {
    switch (action.kind) {
      case 'startGates':
        this.#runs.set(action.key, runOf('gates', this.#now, action.tip));
        this.#runEnds.set(action.key, this.#now + this.gateMs);
        return true;
      case 'startCoder':
        this.#runs.set(action.key, runOf('coder', this.#now, null));
        this.#runEnds.set(action.key, Infinity);
        return true;
      case 'dispatchMerge':
        return this.#dispatch(action);
      case 'event':
        return this.#tell(action.key, action.event);
      case 'withdrawMerge':
        return this.#withdraw(action.key);
      case 'stopRun':
        return this.#runs.delete(action.key);
      default:
        return false;
    }
  }

  #dispatch({ key, jobId }: Extract<Action, { kind: 'dispatchMerge' }>): boolean {
    const known = this.#jobs.find(({ job }) => (jobId === null ? job.storyKey === key : job.id === jobId));
    if (known?.state === 'active') return false;
    const story = this.#stories.get(key);
    const job = known?.job ?? (story === undefined ? null : newJob(story, this.facts, this.#now));
    // What is merged ahead of its gates lands no earlier for it.
    if (job === null || this.#atWork().length >= this.#atOnce()) return false;
    this.#jobs = [...this.#jobs.filter((one) => one !== known), { job, state: 'active', progress: null, wait: null }];
    return true;
  }

  #withdraw(key: string): boolean {
    const before = this.#jobs.length;
    this.#jobs = this.#jobs.filter(({ job }) => job.storyKey !== key);
    this.#jobEnds.delete(key);
    return this.#jobs.length < before;
  }

  /** Says when those end that were dispatched at this moment: a batch together, a train and others one behind the other. */
  #endDispatched(): void {
    const fresh = this.#jobs.filter(({ job, state }) => state === 'active' && !this.#jobEnds.has(job.storyKey));
    if (fresh.length === 0) return;
    if (waitingInLine(this.#jobs) !== undefined) {
      for (const { job } of fresh) this.#jobEnds.set(job.storyKey, Infinity);
      return;
    }
    const last = [...this.#jobEnds.values()].filter((at) => at < Infinity);
    const { tree, build, land } = LANDING_COSTS;
    const policy = this.#policy();
    let free = Math.max(this.#now, ...(policy.kind === 'train' ? [] : last));
    const proven = free + tree + this.#besideMs(policy);
    for (const [place, { job }] of fresh.entries()) {
      const own = proven + build * (policy.kind === 'batch' ? fresh.length : place + 1);
      free = policy.kind === 'batch' ? own + land : Math.max(own, ...last, free) + land;
      this.#jobEnds.set(job.storyKey, free);
    }
  }

  /** Those that take a place of the line. */
  #atWork(): JobFacts[] {
    return this.#jobs.filter((one) => one.state === 'active' && isInLine(one));
  }

  #policy(): QueuePolicy {
    return this.facts.queue?.policy ?? { kind: 'one' };
  }

  /** How long gates take among those of a train that are in line. */
  #besideMs(policy: QueuePolicy): number {
    if (policy.kind !== 'train') return this.gateMs;
    const count = this.#jobs.filter(isInLine).length;
    return this.gateMs * Math.max(1, Math.min(count, policy.size) / Math.max(1, this.facts.queue?.width ?? 1));
  }

  #endOf(run: LiveRun): number {
    return run.kind === 'gates' ? Math.max(this.#now, run.startedAt + this.gateMs) : Infinity;
  }

  /** How many landings of a train are proven at once. */
  #atOnce(): number {
    const policy = this.#policy();
    return policy.kind === 'train' ? policy.size : Infinity;
  }

  /** `place` among the landings at work, whose ends are known up to there. */
  #endOfJob({ job }: JobFacts, place: number): number {
    if (waitingInLine(this.#atWork().slice(0, place + 1)) !== undefined) return Infinity;
    const { tree, land } = LANDING_COSTS;
    const begun = place < this.#atOnce() ? Date.parse(job.stepAt) : Math.min(...this.#jobEnds.values());
    const left = job.step === 'gated' || job.step === 'landing' || job.step === 'landed' ? 0 : this.#besideMs(this.#policy()); // prettier-ignore
    return Math.max(this.#now, begun + tree + left + land);
  }

  #nextEnding(): Ending | null {
    let next: Ending | null = null;
    for (const [key, at] of [...this.#jobEnds, ...this.#runEnds]) {
      if (at < Infinity && (next === null || at < next.at)) next = { key, at };
    }
    return next;
  }

  #land(key: string): void {
    const commit = this.#jobs.find(({ job }) => job.storyKey === key)?.job.storyTip ?? '';
    this.#jobs = this.#jobs.filter(({ job }) => job.storyKey !== key);
    this.#jobEnds.delete(key);
    this.#landed.set(key, this.#now);
    this.#tell(key, { name: 'MergeSucceeded', mergeCommit: commit, mergedAt: this.#at() });
  }

  #pass(key: string): void {
    const story = this.#stories.get(key);
    this.#runs.delete(key);
    this.#runEnds.delete(key);
    if (story?.stage.name !== 'QA') return;
    const branch = story.branch ?? `refs/heads/story/${story.number}`;
    this.#tell(key, { name: 'GatesPassed', branch, tip: story.stage.tip, commitsAhead: 1 });
  }

  #tell(key: string, event: StoryEvent): boolean {
    const story = this.#stories.get(key);
    const outcome = story === undefined ? null : advance(story, event, this.#at());
    if (outcome?.kind !== 'advanced') return false;
    this.#stories.set(key, outcome.story);
    return true;
  }

  #at(): string {
    return new Date(this.#now).toISOString();
  }
}

function runOf(kind: LiveRun['kind'], startedAt: number, tip: string | null): LiveRun {
  return { kind, name: kind, role: null, startedAt, tip, progress: null };
}

function newJob(story: StoryRecord, { target }: PipelineFacts, now: number): MergeJob | null {
  const stage = underlyingStage(story.stage);
  if (stage.name !== 'Merge' || target.kind !== 'found') return null;
  const at = new Date(now).toISOString();
  return {
    id: `foreseen-${story.number}`, storyKey: story.key, number: story.number, target: target.ref, storyBranch: stage.branch,
    storyTip: stage.tip, strategy: 'merge', subject: story.title, provenBy: stage.by, step: 'queued', boot: 0, reassigned: 0,
    candidate: null, results: [], stopped: null, queuedAt: at, stepAt: at,
  }; // prettier-ignore
}
