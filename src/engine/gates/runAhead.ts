import type { Disposable } from '../../base/disposable';
import { messageOf } from '../../base/messageOf';
import type { AheadState, PipelineFacts } from '../../core/pipeline/facts';
import type { PredictedConflict } from '../../core/landing/radar';
import {
  isIdle,
  isQuiet,
  isSameMerge,
  isSamePair,
  mergesAhead,
  pairsAhead,
  type MergeAhead,
  type PairAhead,
  type PowerSource,
} from '../../core/pipeline/runAhead';
import type { StoryRecord } from '../../core/story/story';
import { powerSource } from '../../gates/powerSource';
import type { Commands } from '../../gates/readCommands';
import { AheadProof, type AheadProofPorts } from './aheadProof';
import { RedTogether } from './redTogether';

interface RunAheadPorts extends AheadProofPorts {
  /** What is said of a story has changed. */
  readonly onChange: () => void;
  /** It has ended: a reason to look again. */
  readonly onEnd: () => void;
}

/** What may run now, as everything stands. */
interface Open {
  readonly merges: readonly MergeAhead[];
  readonly pairs: readonly PairAhead[];
}

/** One proof, with the stories that it is of. */
interface Task {
  readonly of: string;
  readonly isOpen: (now: Open) => boolean;
  readonly prove: (signal: AbortSignal) => Promise<void>;
}

interface Running {
  readonly task: Task;
  readonly abort: AbortController;
  readonly ended: Promise<void>;
}

/** For how long (ms) it is believed where the machine has its power from. */
const POWER_MS = 15_000;

/** When it was asked where the power comes from; `is` null: the answer is still to come, and a round with it. */
interface Asked {
  at: number;
  is: PowerSource | null;
}

/** What came of a merge; null where that is nothing that its story says. */
interface Known {
  readonly merge: MergeAhead;
  readonly state: AheadState | null;
}

/**
 * While nobody waits for the machine, the gates of what would land run already for stories that a person has still to look at. The
 * verdicts are of trees and stand in the ledger, where the landing finds them. It decides nothing, and ends when anybody queues.
 */
export class RunAhead {
  readonly #known = new Map<string, Known>();
  readonly #proof: AheadProof;
  readonly #together: RedTogether;
  #running: Running | null = null;
  #watch: Disposable | null = null;
  #power: Asked | null = null;
  #isClosed = false;

  constructor(private readonly ports: RunAheadPorts) {
    this.#proof = new AheadProof(ports);
    this.#together = new RedTogether(ports, this.#proof);
  }

  /** What came of it, by story key. */
  states(): NonNullable<PipelineFacts['ahead']> {
    return new Map([...this.#known].flatMap(([key, { state }]) => (state === null ? [] : [[key, state]])));
  }

  /** Stories that are green each by itself and red together. */
  conflicts(): readonly PredictedConflict[] {
    return this.#together.conflicts();
  }

  /** Ends what must not run any more, and begins what may. `commands` are the rules of the target's tip. */
  step(facts: PipelineFacts, commands: Commands, isBusy: boolean): void {
    const { runAhead, radarGates = 'off' } = this.ports.settings();
    const [merges, pairs] = [mergesAhead(facts), radarGates === 'off' ? [] : pairsAhead(facts)];
    for (const [key, { merge }] of this.#known)
      if (!merges.some((one) => isSameMerge(one, merge))) this.#known.delete(key);
    const unknownPair = this.#together.next(pairs, radarGates);
    const open: Open = {
      merges: runAhead === true && isQuiet(facts, isBusy) ? merges : [],
      pairs: isIdle(facts, isBusy) ? pairs : [],
    };
    const running = this.#running;
    if (running !== null) {
      if (!running.task.isOpen(open) || this.#askPower() === 'battery') running.abort.abort();
      return;
    }
    const tasks = [this.#mergeTask(open, commands), this.#pairTask(open, unknownPair, commands)];
    const task = tasks.find((one) => one !== null);
    if (task === undefined) return;
    const power = this.#askPower();
    if (power !== null && power !== 'battery') this.#begin(task);
  }

  /** Verdicts of single merges are needed for those of pairs as well, so they come first. */
  #mergeTask({ merges }: Open, commands: Commands): Task | null {
    const merge = merges.find(({ key }) => !this.#known.has(key));
    const story = merge === undefined ? undefined : this.ports.store.get(merge.key);
    if (merge === undefined || story === undefined) return null;
    return {
      of: `#${story.number}`,
      isOpen: (now) => now.merges.some((one) => isSameMerge(one, merge)),
      prove: (signal) => this.#tell(story, merge, commands, signal),
    };
  }

  #pairTask({ pairs }: Open, pair: PairAhead | undefined, commands: Commands): Task | null {
    const { radarGates = 'off' } = this.ports.settings();
    if (pair === undefined || radarGates === 'off' || pairs.length === 0) return null;
    const numbers = [pair.one, pair.other].map(({ key }) => `#${this.ports.store.get(key)?.number ?? '?'}`);
    return {
      of: numbers.join(' and '),
      isOpen: (now) => now.pairs.some((one) => isSamePair(one, pair)),
      prove: (signal) => this.#together.prove(pair, commands, radarGates, signal),
    };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#running?.abort.abort();
    await this.#running?.ended;
  }

  #begin(task: Task): void {
    const abort = new AbortController();
    this.#watchPower();
    this.#running = { task, abort, ended: this.#perform(task, abort.signal) };
  }

  async #perform({ of, prove }: Task, signal: AbortSignal): Promise<void> {
    try {
      await prove(signal);
    } catch (error) {
      this.ports.log.warn(`[ahead] ${of}: ${messageOf(error)}`);
    } finally {
      this.#running = null;
      this.#watch?.dispose();
      this.ports.onEnd();
    }
  }

  async #tell(story: StoryRecord, merge: MergeAhead, commands: Commands, signal: AbortSignal): Promise<void> {
    this.#say(merge, { kind: 'running' });
    // Where it breaks, nothing is said of this merge, and it is not tried again.
    const state = await this.#prove(story, merge, commands, signal).catch((error: unknown) => {
      this.ports.log.warn(`[ahead] #${story.number}: ${messageOf(error)}`);
      return null;
    });
    if (signal.aborted || state === 'notNow') this.#known.delete(merge.key);
    else this.#say(merge, state);
  }

  /** Where the power comes from; null while that is being asked. No round waits for a program of the system. */
  #askPower(): PowerSource | null {
    const { power = powerSource, clock, onEnd } = this.ports;
    const before = this.#power;
    if (before !== null && !this.#isOld(before)) return before.is;
    const asked: Asked = { at: clock.now(), is: null };
    this.#power = asked;
    void power().then((is) => {
      asked.at = clock.now();
      asked.is = is;
      if (!this.#isClosed && (is !== before?.is || this.#running === null)) onEnd();
    });
    return null;
  }

  /** One that is not answered yet never is. A clock that was set back tells nothing. */
  #isOld({ at, is }: Asked): boolean {
    const age = this.ports.clock.now() - at;
    return is !== null && (age < 0 || age >= POWER_MS);
  }

  /** No round comes of a plug that is pulled. */
  #watchPower(): void {
    this.#watch = this.ports.clock.after(POWER_MS, () => {
      this.#watchPower();
      this.#askPower();
    });
  }

  /** What came of it; null where that is nothing a person needs to know now, `notNow` where a disk stands in the way. */
  async #prove(
    story: StoryRecord,
    { tip, target }: MergeAhead,
    commands: Commands,
    signal: AbortSignal,
  ): Promise<AheadState | 'notNow' | null> {
    const candidate = await this.#proof.build(story, tip, target);
    if (candidate === null) return null;
    const onRun = (): void => this.ports.log.info(`[ahead] gates run on the merge of #${story.number} with ${target}`);
    const said = await this.#proof.gatesSay(story, candidate, target, { commands, output: 'probe', signal, onRun });
    if (said.kind === 'green') return { kind: 'passed' };
    if (said.kind === 'notNow') return said.kind;
    return said.kind === 'red' ? { kind: 'red', why: said.why } : null;
  }

  #say(merge: MergeAhead, state: AheadState | null): void {
    this.#known.set(merge.key, { merge, state });
    this.ports.onChange();
  }
}
