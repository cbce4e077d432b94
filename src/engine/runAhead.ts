import type { Disposable } from '../base/disposable';
import { messageOf } from '../base/messageOf';
import type { PipelineFacts } from '../core/pipeline/facts';
import {
  isQuiet,
  isSameMerge,
  mergesAhead,
  sayAhead,
  type AheadState,
  type MergeAhead,
  type PowerSource,
} from '../core/pipeline/runAhead';
import type { StoryRecord } from '../core/story/story';
import { shortRef } from '../core/story/names';
import type { Said } from '../core/words/said';
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

/** The rules of the target, and its short name. */
interface Ground {
  readonly commands: Commands;
  readonly target: string;
}

/** How often (ms) it is looked, while gates run ahead, whether the machine came to run on its battery. */
const POWER_MS = 15_000;

/** What came of a merge; `words` is what its story says of it. */
interface Known {
  readonly merge: MergeAhead;
  readonly words: readonly Said[];
}

/**
 * While nobody waits for the machine, the gates of what would land run already for stories that a person has still to look at. The
 * verdicts are of trees and stand in the ledger, where the landing finds them. It decides nothing, and ends when anybody queues.
 */
export class RunAhead {
  readonly #known = new Map<string, Known>();
  #running: Running | null = null;
  #watch: Disposable | null = null;
  #isClosed = false;

  constructor(private readonly ports: RunAheadPorts) {}

  /** What stories say of it, by key. */
  said(): NonNullable<PipelineFacts['ahead']> {
    return new Map([...this.#known].map(([key, { words }]) => [key, words]));
  }

  /** Ends what must not run any more, and begins what may. `commands` are the rules of the target's tip. */
  async step(facts: PipelineFacts, commands: Commands, isBusy: boolean): Promise<void> {
    const merges = mergesAhead(facts);
    for (const [key, { merge }] of this.#known)
      if (!merges.some((one) => isSameMerge(one, merge))) this.#known.delete(key);
    const isWanted = merges.length > 0 && this.ports.settings().runAhead === true;
    const mayRun = isWanted && isQuiet(facts, { isBusy, power: await this.#power() });
    if (this.#isClosed) return;
    const running = this.#running;
    if (running !== null) {
      if (!mayRun || !merges.some((one) => isSameMerge(one, running.merge))) running.abort.abort();
      return;
    }
    const next = mayRun ? merges.find(({ key }) => !this.#known.has(key)) : undefined;
    const story = next === undefined ? undefined : this.ports.store.get(next.key);
    if (next === undefined || story === undefined || facts.target.kind === 'missing') return;
    this.#begin(story, next, { commands, target: shortRef(facts.target.ref) });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#running?.abort.abort();
    await this.#running?.ended;
  }

  #begin(story: StoryRecord, merge: MergeAhead, on: Ground): void {
    const abort = new AbortController();
    this.#watchPower();
    this.#say(merge, sayAhead({ kind: 'running' }, on.target));
    this.#running = { merge, abort, ended: this.#perform(story, merge, on, abort.signal) };
  }

  async #perform(story: StoryRecord, merge: MergeAhead, on: Ground, signal: AbortSignal): Promise<void> {
    await Promise.resolve();
    try {
      const state = await this.#prove(story, merge, on.commands, signal);
      if (signal.aborted) this.#known.delete(merge.key);
      else this.#say(merge, state === null ? [] : sayAhead(state, on.target));
    } catch (error) {
      if (signal.aborted) this.#known.delete(merge.key);
      else this.#say(merge, []);
      this.ports.log.warn(`[ahead] #${story.number}: ${messageOf(error)}`);
    } finally {
      this.#running = null;
      this.#watch?.dispose();
      this.ports.onEnd();
    }
  }

  #power(): Promise<PowerSource> {
    return (this.ports.power ?? powerSource)();
  }

  /** No round comes of a plug that is pulled. */
  #watchPower(): void {
    this.#watch = this.ports.clock.after(POWER_MS, () => {
      this.#watchPower();
      void this.#power().then((power) => {
        if (power === 'battery') this.ports.onEnd();
      });
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

  #say(merge: MergeAhead, words: readonly Said[]): void {
    this.#known.set(merge.key, { merge, words });
    this.ports.onChange();
  }
}
