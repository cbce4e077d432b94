import type { AgentActivity, LiveRun } from '../core/pipeline/facts';

/** What agents that are at work said last, by story. */
export class AgentActivities {
  readonly #now = new Map<string, AgentActivity>();

  constructor(private readonly onChange: () => void) {}

  readonly note = (storyKey: string, now: AgentActivity | null): void => {
    if (now === null) this.#now.delete(storyKey);
    else this.#now.set(storyKey, now);
    this.onChange();
  };

  /** The run with what its agent said. */
  of(storyKey: string, run: LiveRun): LiveRun {
    const activity = run.role === null ? undefined : this.#now.get(storyKey);
    return activity === undefined ? run : { ...run, activity };
  }
}
