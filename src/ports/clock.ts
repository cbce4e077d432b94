import type { Disposable } from '../base/disposable';

/** Wall-clock time in milliseconds since 1970, and timers; a parameter so that tests and simulations own time. */
export interface Clock {
  now(): number;
  /** Calls back once after `ms`; disposing it cancels. */
  after(ms: number, callback: () => void): Disposable;
}
