import { messageOf } from './messageOf';
import type { Disposable } from './disposable';

/** Where a failed callback is reported. */
interface Report {
  error(message: string): void;
}

/** A list of callbacks. One that throws is logged and does not keep the others from being called. */
export class Listeners<T> {
  readonly #all = new Set<(event: T) => void>();

  constructor(private readonly log: Report) {}

  add(listener: (event: T) => void): Disposable {
    const own = (event: T): void => listener(event); // so that adding one twice gives two that are disposed apart
    this.#all.add(own);
    return { dispose: () => void this.#all.delete(own) };
  }

  call(event: T): void {
    for (const listener of [...this.#all]) {
      try {
        listener(event);
      } catch (error) {
        this.log.error(`a listener failed: ${messageOf(error)}`);
      }
    }
  }

  clear(): void {
    this.#all.clear();
  }
}
