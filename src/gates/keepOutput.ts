import { messageOf } from '../base/messageOf';
import type { Clock } from '../ports/clock';
import type { Log } from '../ports/log';
import type { OutputSink, StoreHealth } from '../ports/store';

/** An output that could not be kept is tried again after this long (ms). */
const TRY_AGAIN_MS = 2000;

interface KeepingPorts {
  readonly health: Pick<StoreHealth, 'blame'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/**
 * Closes an output, and waits for as long as the disk does not take it: what a run found out is told only with what it
 * said. Once `signal` aborts it is let go, with a line in the log. Any other failure is the caller's. Resolves with when it
 * was kept.
 */
export async function keepOutput(
  output: Pick<OutputSink, 'close'>,
  { health, clock, log, signal }: KeepingPorts,
): Promise<'atOnce' | 'late' | 'never'> {
  for (let tries = 1; ; tries++) {
    try {
      await output.close();
      return tries === 1 ? 'atOnce' : 'late';
    } catch (error) {
      if ((await health.blame(error)) === null) throw error;
      if (tries === 1) log.warn(`An output waits to be kept: ${messageOf(error)}`);
      if (signal.aborted) return 'never';
      await pause(clock, signal);
    }
  }
}

function pause(clock: Clock, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = clock.after(TRY_AGAIN_MS, end);
    signal.addEventListener('abort', end, { once: true });
    function end(): void {
      timer.dispose();
      signal.removeEventListener('abort', end);
      resolve();
    }
  });
}
