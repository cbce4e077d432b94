/** So much (characters) of the end of a gate's output is read for single tests; runners say them last. */
const KEPT = 1_000_000;

/** Keeps the end of an output, piece by piece as it came, so that each piece is handled once. */
export class OutputTail {
  #pieces: string[] = [];
  #length = 0;
  #first = 0;
  #isCut = false;

  write(text: string): void {
    const piece = text.length > KEPT ? text.slice(-KEPT) : text;
    this.#isCut ||= piece.length < text.length;
    this.#pieces.push(piece);
    this.#length += piece.length;
    while (this.#length > KEPT) this.#drop();
  }

  /** Whole lines of the end: the one that the cut went through is left out. */
  text(): string {
    const text = this.#pieces.slice(this.#first).join('');
    return this.#isCut ? text.slice(text.indexOf('\n') + 1) : text;
  }

  #drop(): void {
    this.#length -= this.#pieces[this.#first]?.length ?? 0;
    this.#pieces[this.#first] = '';
    this.#first += 1;
    this.#isCut = true;
    if (this.#first < 1000) return;
    this.#pieces = this.#pieces.slice(this.#first);
    this.#first = 0;
  }
}
