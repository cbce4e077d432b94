/** Answers that never change, kept by their question; past `limit` the one that was asked for longest ago is dropped. */
export class Recent<T> {
  readonly #kept = new Map<string, Promise<T>>();

  constructor(private readonly limit: number) {}

  /** `find` is asked where the answer is not known. A failure is not kept. */
  get(question: string, find: () => Promise<T>): Promise<T> {
    const known = this.#kept.get(question);
    const answer = known ?? find();
    this.#kept.delete(question);
    this.#kept.set(question, answer);
    if (known === undefined) {
      answer.catch(() => this.#kept.get(question) === answer && this.#kept.delete(question));
      const [oldest] = this.#kept.keys();
      if (this.#kept.size > this.limit && oldest !== undefined) this.#kept.delete(oldest);
    }
    return answer;
  }
}
