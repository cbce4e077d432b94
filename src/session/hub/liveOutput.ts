/** Most that is kept of one story's live output, in UTF-16 code units; of a longer one the latest part. */
const KEPT = 256 * 1024;
/** Of so many stories; the one that was silent for longest is forgotten first. */
const STORIES = 20;

/** What the runs of this engine said, for a window that begins to listen in the middle of one. */
export class LiveOutput {
  readonly #texts = new Map<string, string>();

  append(key: string, text: string): void {
    const all = `${this.#texts.get(key) ?? ''}${text}`;
    this.#texts.delete(key);
    this.#texts.set(key, all.length > 2 * KEPT ? all.slice(-KEPT) : all);
    const [oldest] = this.#texts.keys();
    if (this.#texts.size > STORIES && oldest !== undefined) this.#texts.delete(oldest);
  }

  /** Null where nothing was said. */
  of(key: string): string | null {
    return this.#texts.get(key) ?? null;
  }
}
