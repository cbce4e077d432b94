import type { Clock } from '../ports/clock';

/** Longest time (ms) a Node timer holds; a longer one would fire at once. */
const LONGEST = 2 ** 31 - 1;

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, Math.min(ms, LONGEST));
    return { dispose: () => clearTimeout(timer) };
  },
};
