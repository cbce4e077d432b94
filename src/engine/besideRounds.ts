import { onBehalfOf } from '../base/onBehalfOf';

/** Work on stories that no round waits for, as a filter may not answer in the middle of it; one at a time for each story. */
export class BesideRounds {
  readonly #working = new Map<string, Promise<void>>();

  constructor(private readonly onEnd: () => void) {}

  keys(): Iterable<string> {
    return this.#working.keys();
  }

  /** Nothing where some is under way for the story. */
  begin(key: string, work: () => Promise<void>, onError: (error: unknown) => void): void {
    if (this.#working.has(key)) return;
    const ended = onBehalfOf(key, work)
      .catch(onError)
      .finally(() => {
        this.#working.delete(key);
        this.onEnd();
      });
    this.#working.set(key, ended);
  }

  async settled(): Promise<void> {
    await Promise.all(this.#working.values());
  }
}
