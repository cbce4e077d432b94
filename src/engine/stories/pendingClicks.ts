import type { PendingCommand } from '../../core/pipeline/facts';
import type { EventName } from '../../core/story/events';
import { possibleEvents } from '../../core/story/transitions';
import type { Clock } from '../../ports/clock';
import type { StoryStore } from '../../ports/store';

interface PendingClicksPorts {
  readonly store: Pick<StoryStore, 'get'>;
  readonly clock: Clock;
  /** What the views show changed. */
  readonly onChange: () => void;
  /** What was asked for is done, or failed. */
  readonly onEnd: () => void;
}

/** What people asked for and what is still being done. */
export class PendingClicks {
  readonly #pending = new Map<string, PendingCommand>();

  constructor(private readonly ports: PendingClicksPorts) {}

  /** By the keys of their stories, as they stand. */
  facts(): ReadonlyMap<string, PendingCommand> {
    return new Map(this.#pending);
  }

  /** A click shows its effect at once: that it is being done before git is asked, and what came of it before any look. */
  async during<T>(key: string, event: EventName | null, command: () => Promise<T>): Promise<T> {
    const stage = this.ports.store.get(key)?.stage.name;
    const isPossible = event !== null && stage !== undefined && possibleEvents(stage).includes(event);
    const pending = isPossible ? { event, since: this.ports.clock.now() } : null;
    if (pending !== null) this.#pending.set(key, pending);
    this.ports.onChange();
    try {
      return await command();
    } finally {
      if (this.#pending.get(key) === pending) this.#pending.delete(key);
      this.ports.onChange();
      this.ports.onEnd();
    }
  }
}
