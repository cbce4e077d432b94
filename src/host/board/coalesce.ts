/** Calls back once after `ms` milliseconds, unless disposed before. */
export type After = (ms: number, callback: () => void) => { dispose(): void };

/** Many changes, few deliveries. */
export interface Coalescer {
  /** Delivers at once, or together with what else changes until the interval is over. The last change always counts. */
  changed(): void;
  dispose(): void;
}

/** Delivers at most once per interval (ms), which is asked for at each delivery. */
export function coalesce(deliver: () => void, intervalMs: () => number, after: After): Coalescer {
  let waiting: { dispose(): void } | null = null;
  let isStale = false;
  const deliverNow = (): void => {
    isStale = false;
    waiting = after(intervalMs(), () => {
      waiting = null;
      if (isStale) deliverNow();
    });
    deliver();
  };
  return {
    changed: () => {
      if (waiting === null) deliverNow();
      else isStale = true;
    },
    dispose: () => waiting?.dispose(),
  };
}
