import type { Disposable } from './disposable';

/** Longest time (ms) a Node timer holds; a longer one would fire at once. */
const LONGEST = 2 ** 31 - 1;

/** The machine's own clock. */
export const systemClock = {
  now: (): number => Date.now(),
  after(ms: number, callback: () => void): Disposable {
    const timer = setTimeout(callback, Math.min(ms, LONGEST));
    return { dispose: () => clearTimeout(timer) };
  },
};
