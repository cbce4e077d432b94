/** A person reads the end of what was said first, and nobody reads more of it than this (characters). */
const KEPT = 20_000;

/** The end of a text that grows, of bounded length. */
export class TextEnd {
  #text = '';

  add(piece: string): void {
    this.#text = (this.#text + piece).slice(-KEPT);
  }

  toString(): string {
    return this.#text;
  }
}
