import type { Clock } from '../ports/clock';

/** What is not to be tried again for a while (ms); `onDue` is called each time that one may be. */
export class NotYet {
  readonly #keys = new Set<string>();

  constructor(
    private readonly clock: Clock,
    private readonly ms: number,
    private readonly onDue: () => void,
  ) {}

  has(key: string): boolean {
    return this.#keys.has(key);
  }

  /** By a timer alone: one that is early by the clock would find that it is not time yet, and none comes after it. */
  add(key: string): void {
    this.#keys.add(key);
    this.clock.after(this.ms, () => {
      this.#keys.delete(key);
      this.onDue();
    });
  }
}
