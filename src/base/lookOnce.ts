/**
 * One look at a time, shared by all who ask before it begins. Whoever asks while a look is under way gets the next one,
 * because the one under way may have passed over what the asker knows of.
 */
export class LookOnce<T> {
  #running: Promise<unknown> = Promise.resolve();
  #next: Promise<T> | null = null;

  constructor(private readonly look: () => Promise<T>) {}

  ask(): Promise<T> {
    if (this.#next !== null) return this.#next;
    const next = this.#running.then(() => {
      this.#next = null;
      return this.look();
    });
    this.#next = next;
    this.#running = next.catch(() => undefined);
    return next;
  }
}
