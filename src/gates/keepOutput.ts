import { messageOf } from '../base/messageOf';
import { pause } from '../base/pause';
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
 * said. Resolves with when it was kept.
 */
export function keepOutput(output: Pick<OutputSink, 'close'>, ports: KeepingPorts): Promise<Kept> {
  return untilKept('An output', () => output.close(), ports);
}

/** `never`: it was let go because `signal` aborted. */
type Kept = 'atOnce' | 'late' | 'never';

/**
 * Writes what a run found out, again and again while the disk is to blame for that it cannot be written. Any other failure
 * is the caller's.
 */
export async function untilKept(what: string, write: () => Promise<void>, ports: KeepingPorts): Promise<Kept> {
  const { health, clock, log, signal } = ports;
  for (let tries = 1; ; tries++) {
    try {
      await write();
      return tries === 1 ? 'atOnce' : 'late';
    } catch (error) {
      if ((await health.blame(error)) === null) throw error;
      if (tries === 1) log.warn(`${what} waits to be kept: ${messageOf(error)}`);
      if (signal.aborted) return 'never';
      await pause(clock, TRY_AGAIN_MS, signal);
    }
  }
}
