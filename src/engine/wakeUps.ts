import type { Disposable } from '../base/disposable';
import { nextArchiveAt } from '../core/pipeline/archiving';
import type { PipelineFacts } from '../core/pipeline/facts';
import type { Clock } from '../ports/clock';
import { LOCKS_KEPT_MS } from './observe';
import type { Rounds } from './rounds';

/** What nothing tells about (a setting, a full disk) is looked at again after this long (ms) while something waits for it. */
const LOOK_AGAIN_MS = 3000;

/** A write of a round's own that fails each time (ms): what it fails at is not tried without a pause. */
const SOON_MS = 1000;

/** The longest wait (ms) for what becomes due: a machine that sleeps holds timers back. */
const LONGEST_WAIT_MS = 10 * 60 * 1000;

/** The rounds that only time brings about, because nothing tells of what they are for. */
export class WakeUps {
  #due: Disposable | null = null;
  #disposed = false;

  constructor(
    private readonly clock: Clock,
    private readonly rounds: Pick<Rounds, 'poke' | 'pokeLater'>,
  ) {}

  /** Plans them anew, by what a round has seen. */
  plan(facts: PipelineFacts): void {
    this.#lookAgain(facts);
    this.#wakeFor(facts);
  }

  /** Something could not be written: that is looked into and told, also where nothing else brings a round about. */
  lookSoon(): void {
    this.rounds.pokeLater(SOON_MS);
  }

  dispose(): void {
    this.#disposed = true;
    this.#due?.dispose();
  }

  /** What nothing tells us about (git's configuration, a full disk) is looked at again while something waits for it. */
  #lookAgain(facts: PipelineFacts): void {
    const waits = facts.identity === 'missing' && facts.stories.some((story) => story.stage.name === 'Merge');
    if (waits || facts.storeProblem !== null) this.rounds.pokeLater(LOOK_AGAIN_MS);
    else if (facts.locks.length > 0) this.rounds.pokeLater(LOCKS_KEPT_MS);
  }

  /** Nothing tells that a story has been Done for long enough, or that an agent may go on, but the time. */
  #wakeFor(facts: PipelineFacts): void {
    this.#due?.dispose();
    const ends = (facts.agentLimits ?? []).map(({ until }) => Date.parse(until)).filter((until) => until > facts.now);
    const dues = [nextArchiveAt(facts) ?? Infinity, ...ends];
    const next = Math.min(...dues);
    const at = Number.isFinite(next) ? next : null;
    this.#due =
      at === null || this.#disposed
        ? null
        : this.clock.after(Math.min(at - facts.now, LONGEST_WAIT_MS), () => this.rounds.poke());
  }
}
