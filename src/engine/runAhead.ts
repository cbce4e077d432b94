import type { Disposable } from '../base/disposable';
import { messageOf } from '../base/messageOf';
import type { AheadState, PipelineFacts } from '../core/pipeline/facts';
import { isQuiet, isSameMerge, mergesAhead, type MergeAhead, type PowerSource } from '../core/pipeline/runAhead';
import type { StoryRecord } from '../core/story/story';
import type { Prover } from '../gates/prover';
import { powerSource } from '../gates/powerSource';
import type { Commands } from '../gates/readCommands';
import type { EnginePorts } from './ports';

interface RunAheadPorts extends EnginePorts {
  readonly prover: Pick<Prover, 'proveCandidate' | 'verdictsOf'>;
  /** What is said of a story has changed. */
  readonly onChange: () => void;
  /** It has ended: a reason to look again. */
  readonly onEnd: () => void;
}

interface Running {
  readonly merge: MergeAhead;
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
  #running: Running | null = null;
  #watch: Disposable | null = null;
  #power: Asked | null = null;
  #isClosed = false;

  constructor(private readonly ports: RunAheadPorts) {}

  /** What came of it, by story key. */
  states(): NonNullable<PipelineFacts['ahead']> {
    return new Map([...this.#known].flatMap(([key, { state }]) => (state === null ? [] : [[key, state]])));
  }

  /** Ends what must not run any more, and begins what may. `commands` are the rules of the target's tip. */
  step(facts: PipelineFacts, commands: Commands, isBusy: boolean): void {
    const merges = mergesAhead(facts);
    for (const [key, { merge }] of this.#known)
      if (!merges.some((one) => isSameMerge(one, merge))) this.#known.delete(key);
    const isQuietNow = this.ports.settings().runAhead === true && isQuiet(facts, isBusy);
    const running = this.#running;
    if (running !== null) {
      const isAsBefore = isQuietNow && merges.some((one) => isSameMerge(one, running.merge));
      if (!isAsBefore || this.#askPower() === 'battery') running.abort.abort();
      return;
    }
    const next = isQuietNow ? merges.find(({ key }) => !this.#known.has(key)) : undefined;
    const story = next === undefined ? undefined : this.ports.store.get(next.key);
    if (next === undefined || story === undefined) return;
    const power = this.#askPower();
    if (power !== null && power !== 'battery') this.#begin(story, next, commands);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#running?.abort.abort();
    await this.#running?.ended;
  }

  #begin(story: StoryRecord, merge: MergeAhead, commands: Commands): void {
    const abort = new AbortController();
    this.#watchPower();
    this.#say(merge, { kind: 'running' });
    this.#running = { merge, abort, ended: this.#perform(story, merge, commands, abort.signal) };
  }

  async #perform(story: StoryRecord, merge: MergeAhead, commands: Commands, signal: AbortSignal): Promise<void> {
    await Promise.resolve();
    try {
      const state = await this.#prove(story, merge, commands, signal);
      if (signal.aborted) this.#known.delete(merge.key);
      else this.#say(merge, state);
    } catch (error) {
      if (signal.aborted) this.#known.delete(merge.key);
      else this.#say(merge, null);
      this.ports.log.warn(`[ahead] #${story.number}: ${messageOf(error)}`);
    } finally {
      this.#running = null;
      this.#watch?.dispose();
      this.ports.onEnd();
    }
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

  /** What came of it; null where that is nothing a person needs to know now. */
  async #prove(
    story: StoryRecord,
    merge: MergeAhead,
    { gates }: Commands,
    signal: AbortSignal,
  ): Promise<AheadState | null> {
    const { git, settings, prover, health, log } = this.ports;
    const { key, number, branch } = story;
    const strategy = story.bringsIn === undefined ? settings().strategy : 'merge';
    const request = { strategy, base: merge.target, storyTip: merge.tip, storyBranch: branch, storyKey: key, number };
    const built = await git.buildCandidate({ ...request, subject: `${story.title} (#${number})` });
    if (built.kind !== 'built' || built.takenBack.length > 0 || signal.aborted) return null;
    const known = gates.kind === 'gates' ? (await prover.verdictsOf(gates.gates)).redGate(built.tree) : null;
    if (known !== null) return { kind: 'red', why: `Gate ${known} was red on these very files.` };
    log.info(`[ahead] gates run on the merge of #${number} with ${merge.target}`);
    const candidate = { commit: built.candidate, tree: built.tree, parents: [...built.parents], base: merge.target };
    // As it will be once a person has let it in.
    const asked = { output: 'probe', from: merge.target, provenBy: 'person', purpose: 'other' } as const;
    const job = { storyKey: key, number, provenBy: 'person' } as const;
    const outcome = await prover.proveCandidate(job, candidate, () => undefined, signal, asked);
    if (outcome.kind === 'passed') return { kind: 'passed' };
    if (outcome.kind !== 'red' || (await health.blame(null)) !== null) return null;
    return { kind: 'red', why: outcome.result.detail };
  }

  #say(merge: MergeAhead, state: AheadState | null): void {
    this.#known.set(merge.key, { merge, state });
    this.ports.onChange();
  }
}
