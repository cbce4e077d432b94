import { messageOf } from '../../base/messageOf';
import { Recent } from '../../base/recent';
import type { MakeWorktree } from '../worktrees/setUpRuns';
import { withNeeds } from '../../core/gates/gateOrder';
import type { BaseVerdict } from '../../core/landing/baseVerdict';
import type { LineCommit } from '../../core/landing/targetLine';
import { landedState, type LandedRed, type LandedState } from '../../core/pipeline/landedRed';
import type { TargetFacts } from '../../core/pipeline/facts';
import { landedOutputId } from '../../core/story/contentIds';
import { shortRef } from '../../core/story/names';
import { canBeReverted } from '../../core/story/reverting';
import type { Feedback } from '../../core/story/stage';
import type { StoryRecord } from '../../core/story/story';
import type { Gate } from '../../gates/chooseGates';
import type { Prover } from '../../gates/prover';
import type { Commands } from '../../gates/readCommands';
import type { Clock } from '../../ports/clock';
import type { GitPort } from '../../ports/git';
import type { Log } from '../../ports/log';
import type { StoreHealth, StoryStore } from '../../ports/store';
import type { BesideRounds } from '../besideRounds';
import { NotYet } from '../notYet';
import type { Reverts } from '../landing/reverts';
import type { StoryBook } from '../stories/storyBook';
import { Probe } from './probe';
import type { TargetHistory } from './targetHistory';

interface LandedGatesPorts {
  readonly git: Pick<GitPort, 'storyPlace' | 'changedIn'>;
  readonly history: TargetHistory;
  readonly health: Pick<StoreHealth, 'blame'>;
  readonly store: Pick<StoryStore, 'find'>;
  readonly book: StoryBook;
  readonly reverts: Reverts;
  readonly prover: Prover;
  readonly log: Log;
  readonly clock: Clock;
  readonly makeWorktree: MakeWorktree;
  readonly beside: BesideRounds;
  /** `queue`: what turned a gate red is reverted by a story that is made at once. */
  readonly revert: () => 'offer' | 'queue';
  readonly onEnd: () => void;
}

/** Answers about commits that are kept. */
const ANSWERS_KEPT = 1000;

/** Who could not be told is told after so long (ms). */
const AGAIN_MS = 10_000;

/** A gate with those that it needs, in their order, and what is so of it. */
interface Looked {
  readonly gates: readonly [Gate, ...Gate[]];
  readonly name: string;
  readonly line: readonly LineCommit[];
  readonly state: LandedState;
}

type FoundTarget = Extract<TargetFacts, { kind: 'found' }>;

/**
 * Gates that run on what has landed, beside the queue. Which commit is next, and which landing turned a gate red, follows
 * from the ledger and the target's line: what a kill cut off is simply still unknown, and nothing is recorded twice.
 */
export class LandedGates {
  readonly #probe: Probe;
  /** Stories that could not be told just now. */
  readonly #notYet: NotYet;
  /** Whether a commit changed what a gate looks at, by both. Commits never change. */
  readonly #looksAt = new Recent<boolean>(ANSWERS_KEPT);

  constructor(private readonly ports: LandedGatesPorts) {
    this.#notYet = new NotYet(ports.clock, AGAIN_MS, ports.onEnd);
    this.#probe = new Probe(ports);
  }

  /** Whether gates run on what has landed. */
  get isAtWork(): boolean {
    return !this.#probe.isFree();
  }

  /** Looks at the ledger; starts nothing. */
  async look(target: TargetFacts, { gates }: Commands): Promise<readonly Looked[]> {
    if (target.kind === 'missing' || gates.kind === 'invalid' || gates.afterLanding.length === 0) return [];
    const line = await this.ports.history.lineAt(target.tip);
    return Promise.all(gates.afterLanding.map((gate) => this.#lookAt(gate, gates.afterLanding, line)));
  }

  async #lookAt(gate: Gate, all: readonly Gate[], target: readonly LineCommit[]): Promise<Looked> {
    const gates = lineOf(gate, all);
    const known = await this.ports.prover.verdictsOf(gates);
    const line = await this.#seenBy(gate, target, ({ tree }) => known.of(tree, gate.name) === 'green');
    const verdicts = line.map(({ tree }) => known.of(tree, gate.name));
    const isSilent = (commit: string): boolean => this.#probe.isSilent(`${gate.name} ${commit}`);
    return { gates, name: gate.name, line, state: landedState(gate.name, line, verdicts, isSilent) };
  }

  /**
   * The commits at which a gate looks, down to the newest on which it is green: on the others it would say what it said of
   * the one before.
   */
  async #seenBy(
    { paths }: Gate,
    line: readonly LineCommit[],
    isGreen: (commit: LineCommit) => boolean,
  ): Promise<readonly LineCommit[]> {
    if (paths === undefined) return line;
    const seen: LineCommit[] = [];
    for (const [at, commit] of line.entries()) {
      const before = line[at + 1];
      // What the oldest one changed is not looked up.
      const isSeen = before === undefined || (await this.#changes(paths, before.oid, commit.oid));
      if (!isSeen) continue;
      seen.push(commit);
      if (isGreen(commit)) break;
    }
    return seen;
  }

  #changes(paths: readonly string[], base: string, tip: string): Promise<boolean> {
    return this.#looksAt.get(JSON.stringify([tip, paths]), async () => {
      const [changed] = await this.ports.git.changedIn({ base, tip, lists: [paths] });
      return changed !== false;
    });
  }

  /** Runs what is to run next, and tells the story that turned a gate red. */
  async act(looked: readonly Looked[], target: FoundTarget, commands: Commands): Promise<void> {
    for (const { state } of looked) {
      if (state.red?.search === 'found') await this.#beginToTell(state.red, target);
    }
    const next = looked.find(({ state }) => state.next !== null);
    if (next === undefined || next.state.next === null || !this.#probe.isFree()) return;
    const commit = next.line.find(({ oid }) => oid === next.state.next);
    if (commit === undefined) return;
    this.#probe.begin(commit.oid, `${next.name} ${commit.oid}`, (signal) =>
      this.#prove(next, commit, commands, signal),
    );
  }

  close(): Promise<void> {
    return this.#probe.close();
  }

  async #prove(
    { gates }: Looked,
    { oid, story }: LineCommit,
    { subject }: Commands,
    signal: AbortSignal,
  ): Promise<BaseVerdict> {
    const outputId = story === null ? null : landedOutputId(story.key);
    const request = { commit: oid, gates, subject, outputId, known: 'counts', story } as const;
    const outcome = await this.ports.prover.proveLanded(request, () => undefined, signal);
    if (outcome.kind === 'red' && (await this.ports.health.blame(null)) !== null) return { kind: 'unknown' };
    if (outcome.kind === 'red') return { kind: 'red', result: outcome.result };
    return { kind: outcome.kind === 'passed' ? 'green' : 'unknown' };
  }

  /** A story that is told is Done no more, so it is told once. */
  async #beginToTell(red: LandedRed, target: FoundTarget): Promise<void> {
    const { key } = red.since.story ?? {};
    const story = key === undefined ? null : await this.ports.store.find(key);
    if (story === null || !canBeReverted(story.stage) || this.#notYet.has(story.key)) return;
    const failed = (why: string): void => {
      this.ports.log.warn(`[target] #${story.number} is not told of a red gate: ${why}`);
      this.#notYet.add(story.key);
    };
    this.ports.beside.begin(
      story.key,
      async () => {
        const outcome = await this.#tell(red, target, story);
        if (outcome.kind === 'refused') failed(outcome.message);
      },
      (error) => failed(messageOf(error)),
    );
  }

  /** Its revert is made before, while it still is Done. */
  async #tell({ gate, since }: LandedRed, target: FoundTarget, story: StoryRecord): ReturnType<StoryBook['apply']> {
    const on = shortRef(target.ref);
    const said = `After it landed as ${since.oid.slice(0, 7)}, gate ${gate} is red on ${on}.`;
    if (this.ports.revert() === 'queue') {
      const made = await this.ports.reverts.revert(story.key, said, 'landed gates');
      if (made.kind === 'refused') this.ports.log.warn(`[target] #${story.number} is not reverted: ${made.message}`);
    }
    await this.#makeWorktree(story, target);
    const feedback: Feedback = { kind: 'landed', summary: said, files: [], outputId: landedOutputId(story.key) };
    const event = { name: 'LandedRed', feedback } as const;
    return this.ports.book.apply(story.key, event, 'landed gates');
  }

  /** Whoever codes next needs one; where it is gone, it is made again. */
  async #makeWorktree(story: StoryRecord, target: FoundTarget): Promise<void> {
    const { branch } = story;
    if (branch === null) return;
    const { kind } = await this.ports.git.storyPlace(branch);
    if (kind !== 'none' && kind !== 'gone') return;
    await this.ports.makeWorktree(story, branch, target.tip);
  }
}

/** A gate and what it needs, in the order in which they run. */
function lineOf(gate: Gate, all: readonly Gate[]): readonly [Gate, ...Gate[]] {
  const wanted = withNeeds([gate], all);
  const [first = gate, ...rest] = all.filter((one) => wanted.has(one));
  return [first, ...rest];
}
