import type { GateFacts, JobFacts, LiveRun, Permission, PipelineFacts, TargetFacts } from '../core/pipeline/facts';
import type { LeftLock } from '../core/landing/leftLock';
import type { QueueBounds } from '../core/pipeline/policy';
import { QueueChooser } from './landing/queueChooser';
import { CriteriaCounts } from './stories/criteriaCounts';
import type { EnginePorts, EngineSettings } from './ports';
import type { KnownDependencies } from './stories/knownDependencies';
import { lookAtTarget } from './look';
import { WorktreeRoom } from './worktrees/worktreeRoom';
import { MergingLook } from './landing/mergingFacts';
import { namesOf, type Commands } from '../gates/readCommands';
import { say, tell } from '../core/words/said';

/** What is under way or due, as the parts of the engine know it. */
export interface PartFacts {
  readonly runs: ReadonlyMap<string, LiveRun>;
  readonly jobs: readonly JobFacts[];
  readonly pending: PipelineFacts['pending'];
  readonly criteriaDue: readonly string[];
  readonly criteriaWaiting: readonly number[];
  readonly setUpsDue: ReadonlySet<string>;
  readonly lacks: NonNullable<PipelineFacts['lacks']>;
  readonly restackWaits: NonNullable<PipelineFacts['restackWaits']>;
  readonly gitAtWork: ReadonlySet<string>;
  readonly ahead?: NonNullable<PipelineFacts['ahead']>;
}

interface Observed {
  readonly commands: Commands;
  readonly permission: Permission;
  readonly parts: PartFacts;
}

/** What was found of left locks is good for so long (ms). */
export const LOCKS_KEPT_MS = 30_000;

/** Reads the world for one decision. */
export class Observer {
  readonly #criteria: CriteriaCounts;
  readonly #queue: QueueChooser;
  readonly #merging: MergingLook;
  readonly #room: WorktreeRoom;
  #locks: { readonly at: number; readonly found: readonly LeftLock[] } | null = null;

  /** `onCounted`: the criteria of stories that no record counts are known now. `onRoom`: the disk may have room again. */
  constructor(
    private readonly ports: EnginePorts,
    private readonly dependencies: KnownDependencies,
    onCounted: () => void,
    onRoom: () => void,
  ) {
    this.#room = new WorktreeRoom(ports, onRoom);
    this.#queue = new QueueChooser(ports);
    this.#criteria = new CriteriaCounts(ports.content, onCounted);
    this.#merging = new MergingLook(ports.git, ports.content);
  }

  /** Looked for at the start, then no more often than it is worth. */
  async leftLocks(): Promise<readonly LeftLock[]> {
    const { git, clock } = this.ports;
    if (this.#locks === null || clock.now() - this.#locks.at >= LOCKS_KEPT_MS)
      this.#locks = { at: clock.now(), found: await git.tidyLocks() };
    return this.#locks.found;
  }

  /** Something was done about locks: they are looked for again. */
  forgetLocks(): void {
    this.#locks = null;
  }

  criteria(): PipelineFacts['criteria'] {
    return this.#criteria.of(this.ports.store.stories());
  }

  target(): Promise<TargetFacts> {
    return lookAtTarget(this.ports.git, this.ports.settings().target);
  }

  async facts(target: TargetFacts, { commands, permission, parts }: Observed): Promise<PipelineFacts> {
    const { git, store, health, findings, quarantines, clock, folders, settings } = this.ports;
    const stories = store.stories();
    const agents = namesOf(commands);
    const [behind, tips, locks, identity, storeProblem, elsewhere, merging, diskRoom] = await Promise.all([
      target.kind === 'found' ? git.behindUpstream(target) : null,
      git.branchTips(),
      this.leftLocks(),
      git.identity(),
      health.problem(),
      this.dependencies.elsewhere(stories),
      this.#merging.facts(stories, agents.mergemaster[0] ?? null),
      this.#room.lacking(stories),
    ]);
    return {
      now: clock.now(),
      repository: folders.repositoryName,
      target: target.kind === 'found' && behind !== null ? { ...target, behind } : target,
      permission,
      identity: identity.kind,
      gates: gateFacts(commands),
      coder: agents.coder[0] ?? null,
      agents,
      reviewer: commands.isReviewed ? { name: agents.reviewer[0] ?? null } : null,
      agentCaps: capsOf(commands),
      raceWinner: settings().raceWinner ?? 'person',
      agentProblem: commands.agentProblem,
      storeProblem,
      diskRoom,
      roundProblem: null,
      gitWaits: [],
      locks,
      losses: health.losses(),
      findings: findings.list(),
      quarantines: quarantines.list(),
      queue: this.#queue.choose(settings().queue ?? ONE_AT_A_TIME),
      maxCoders: settings().maxCoders,
      agentLimits: this.ports.sessions.standings().filter((one) => one.kind === 'limit'),
      merging,
      archiveAfterMs: archiveAfterMs(settings()),
      stories,
      elsewhere,
      tips: new Map(
        stories.map((story) => [story.key, story.branch === null ? null : (tips.get(story.branch) ?? null)]),
      ),
      ...parts,
      criteria: this.#criteria.of(stories),
      mergeOrder: settings().mergeOrder ?? 'arrival',
    };
  }
}

const ONE_AT_A_TIME: QueueBounds = { wanted: 'one', parallel: 1, batch: 1 };

const HOUR_MS = 60 * 60 * 1000;

function archiveAfterMs({ archiveAfterHours = 4 }: EngineSettings): number | null {
  return archiveAfterHours > 0 ? archiveAfterHours * HOUR_MS : null;
}

function capsOf({ agents }: Commands): ReadonlyMap<string, number> {
  return new Map(
    Object.values(agents)
      .flat()
      .flatMap(({ name, limits: { atOnce } }) => (atOnce === undefined ? [] : [[name, atOnce]])),
  );
}

function gateFacts(commands: Commands): GateFacts {
  const { gates } = commands;
  switch (gates.kind) {
    case 'gates':
      return { kind: 'configured', names: gates.gates.map((gate) => gate.name) };
    case 'noGates':
      return { kind: 'none' };
    case 'invalid':
      return { kind: 'invalid', message: gates.message };
  }
}

/** What is known without a look. */
interface KnownPorts {
  readonly store: Pick<EnginePorts['store'], 'stories'>;
  readonly health: Pick<EnginePorts['health'], 'losses'>;
  readonly findings: Pick<EnginePorts['findings'], 'list'>;
  readonly clock: Pick<EnginePorts['clock'], 'now'>;
  readonly folders: Pick<EnginePorts['folders'], 'repositoryName'>;
  readonly settings: () => Pick<EngineSettings, 'maxCoders'>;
}

/** Facts before the first round has got through: what the store knows, and nothing of git. */
export function unlookedFacts({ store, health, findings, clock, folders, settings }: KnownPorts): PipelineFacts {
  return {
    now: clock.now(),
    repository: folders.repositoryName,
    target: { kind: 'missing', ...tell(say('Switchyard has not been able to look at this repository yet.')) },
    permission: 'granted',
    identity: 'known',
    gates: { kind: 'none' },
    coder: null,
    agentProblem: null,
    storeProblem: null,
    roundProblem: null,
    gitWaits: [],
    locks: [],
    losses: health.losses(),
    findings: findings.list(),
    maxCoders: settings().maxCoders,
    archiveAfterMs: null,
    stories: store.stories(),
    elsewhere: new Map(),
    tips: new Map(),
    runs: new Map(),
    jobs: [],
    pending: new Map(),
    criteria: new Map(),
  };
}
