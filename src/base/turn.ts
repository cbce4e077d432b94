import type { Disposable } from './disposable';

/** One holder at a time, in the order in which they asked; who waits can give up. */
export class Turn {
  #held = false;
  readonly #waiting: (() => void)[] = [];

  /** Resolves with the turn, which is over when it is disposed; null where the signal came first. */
  async take(signal: AbortSignal): Promise<Disposable | null> {
    if (signal.aborted) return null;
    if (this.#held && !(await this.#wait(signal))) return null;
    this.#held = true;
    let mine = true;
    return {
      dispose: () => {
        if (mine) this.#next();
        mine = false;
      },
    };
  }

  /** False where the signal came first. */
  #wait(signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const begin = (): void => {
        signal.removeEventListener('abort', giveUp);
        resolve(true);
      };
      const giveUp = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(begin), 1);
        resolve(false);
      };
      signal.addEventListener('abort', giveUp, { once: true });
      this.#waiting.push(begin);
    });
  }

  /** Handed on without a gap, so that nobody who asks just now comes first. */
  #next(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#held = false;
    else next();
  }
}
