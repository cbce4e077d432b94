import type { GateProgress, LiveRun } from '../core/pipeline/facts';
import type { Log } from '../ports/log';

interface StoryRun {
  live: LiveRun;
  readonly abort: AbortController;
  readonly ended: Promise<void>;
}

interface StoryRunsParts {
  readonly log: Log;
  /** Who is stopped, as the log says it: `[agent] stopping coder`. */
  readonly stopping: (live: LiveRun) => string;
  readonly onEnd: () => void;
}

/** Why runs are aborted when the window closes: one that can go on without it does. An error, as all that is thrown is. */
const WINDOW_CLOSES = new DOMException('window closes', 'AbortError');

export function isWindowClosing({ aborted, reason }: AbortSignal): boolean {
  return aborted && reason === WINDOW_CLOSES;
}

/** The runs of one kind that are at work, at most one a story. */
export class StoryRuns {
  readonly #runs = new Map<string, StoryRun>();

  constructor(private readonly parts: StoryRunsParts) {}

  live(): [string, LiveRun][] {
    return [...this.#runs].map(([key, run]) => [key, run.live]);
  }

  isAtWork(key: string): boolean {
    return this.#runs.has(key);
  }

  /** Nothing where one is at work already. `work` begins after this has returned, and ends early when it is told to. */
  begin(key: string, live: LiveRun, work: (signal: AbortSignal) => Promise<void>): void {
    if (this.#runs.has(key)) return;
    const abort = new AbortController();
    this.#runs.set(key, { live, abort, ended: this.#perform(key, () => work(abort.signal)) });
  }

  showProgress(key: string, progress: GateProgress): void {
    const run = this.#runs.get(key);
    if (run !== undefined) run.live = { ...run.live, progress };
  }

  /** Resolves once it has ended. */
  async stop(key: string, why: string): Promise<void> {
    const run = this.#runs.get(key);
    if (run === undefined) return;
    if (!run.abort.signal.aborted) this.parts.log.info(`${this.parts.stopping(run.live)}: ${why}`);
    run.abort.abort();
    await run.ended;
  }

  /** The window closes. Resolves once each has ended, or goes on without it. */
  async letGoOfAll(): Promise<void> {
    const runs = [...this.#runs.values()];
    for (const { abort } of runs) abort.abort(WINDOW_CLOSES);
    await Promise.all(runs.map(({ ended }) => ended));
  }

  async #perform(key: string, work: () => Promise<void>): Promise<void> {
    await Promise.resolve();
    try {
      await work();
    } finally {
      this.#runs.delete(key);
      this.parts.onEnd();
    }
  }
}
