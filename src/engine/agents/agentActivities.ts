import type { Disposable } from '../../base/disposable';
import type { AgentActivity, LiveRun } from '../../core/pipeline/facts';
import type { Clock } from '../../ports/clock';

/** What an agent says within this time (ms) shows as one change: a card is read, and nobody reads faster. */
const TOGETHER_MS = 500;

/** What agents that are at work said last, by story, as it shows. */
export class AgentActivities {
  readonly #said = new Map<string, AgentActivity>();
  readonly #shown = new Map<string, AgentActivity>();
  #soon: Disposable | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly onChange: () => void,
  ) {}

  readonly note = (storyKey: string, now: AgentActivity | null): void => {
    if (now === null) {
      const isShown = this.#shown.delete(storyKey);
      this.#said.delete(storyKey);
      if (isShown) this.onChange();
      return;
    }
    this.#said.set(storyKey, now);
    if (this.#soon === null) this.#show();
  };

  /** The run with what its agent said. */
  of(storyKey: string, run: LiveRun): LiveRun {
    const activity = run.role === null ? undefined : this.#shown.get(storyKey);
    return activity === undefined ? run : { ...run, activity };
  }

  dispose(): void {
    this.#soon?.dispose();
  }

  /** The first at once, what follows it together. */
  #show(): void {
    this.#soon = null;
    const news = [...this.#said].filter(([key, said]) => this.#shown.get(key) !== said);
    if (news.length === 0) return;
    for (const [key, said] of news) this.#shown.set(key, said);
    this.#soon = this.clock.after(TOGETHER_MS, () => this.#show());
    this.onChange();
  }
}
