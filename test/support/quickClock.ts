import { systemClock } from '../../src/base/systemClock';
import type { Clock } from '../../src/ports/clock';

/** A clock that waits a twentieth of what it is asked to, for waits that would make a test long. */
export const quickClock: Clock = {
  now: () => systemClock.now(),
  after: (ms, callback) => systemClock.after(ms / 20, callback),
};
