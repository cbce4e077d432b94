import type { Disposable } from './disposable';
import type { Log } from '../ports/log';
import { messageOf } from '../store/storeError';

/** A list of callbacks. One that throws is logged and does not keep the others from being called. */
export class Listeners<T> {
  private readonly all = new Set<(event: T) => void>();

  constructor(private readonly log: Log) {}

  add(listener: (event: T) => void): Disposable {
    const own = (event: T): void => listener(event); // so that adding one twice gives two that are disposed apart
    this.all.add(own);
    return { dispose: () => void this.all.delete(own) };
  }

  call(event: T): void {
    for (const listener of [...this.all]) {
      try {
        listener(event);
      } catch (error) {
        this.log.error(`store: a listener failed: ${messageOf(error)}`);
      }
    }
  }

  clear(): void {
    this.all.clear();
  }
}
