import type { Clock } from '../../src/ports/clock';

/** Time that moves when the test says so. */
export class HandClock implements Clock {
  #now = 1_000_000;
  #timers: { at: number; callback: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): { dispose(): void } {
    const timer = { at: this.#now + ms, callback };
    this.#timers.push(timer);
    return { dispose: () => (this.#timers = this.#timers.filter((one) => one !== timer)) };
  }

  pass(ms: number): void {
    this.#now += ms;
    const due = this.#timers.filter((one) => one.at <= this.#now);
    this.#timers = this.#timers.filter((one) => one.at > this.#now);
    for (const one of due) one.callback();
  }
}
