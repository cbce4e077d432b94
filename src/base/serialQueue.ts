/** Runs tasks one after another, in the order in which they were asked for. A failed task does not stop the next. */
export class SerialQueue {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#last.then(task, task);
    // The caller gets the failure; the chain only needs to know that the task is over.
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** Resolves when every task asked for so far is over. */
  async idle(): Promise<void> {
    await this.#last;
  }
}
