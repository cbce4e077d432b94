interface Work {
  left: number;
  readonly kind: 'gate' | 'alone';
  readonly done: () => void;
}

/** A machine in simulated time (ms): so many gate runs go on side by side at full speed, more share what there is. */
export class Machine {
  #now = 0;
  readonly #works = new Set<Work>();

  /** `width`: how many gate runs it does side by side before they slow each other. */
  constructor(private readonly width: number) {}

  get now(): number {
    return this.#now;
  }

  /** Gates that take so long where nothing runs beside them. Returns what takes them back. */
  gate(ms: number, done: () => void): () => void {
    return this.#begin({ left: ms, kind: 'gate', done });
  }

  /** What takes so long whatever else goes on. */
  alone(ms: number, done: () => void): () => void {
    return this.#begin({ left: ms, kind: 'alone', done });
  }

  /** Goes on until nothing is left to do. */
  run(): void {
    while (this.#works.size > 0) {
      const next = [...this.#works].reduce((a, b) => (this.#timeOf(b) < this.#timeOf(a) ? b : a));
      const [passed, speed] = [this.#timeOf(next), this.#speed()];
      for (const work of this.#works) work.left -= passed * (work.kind === 'gate' ? speed : 1);
      this.#now += passed;
      this.#works.delete(next);
      next.done();
    }
  }

  #begin(work: Work): () => void {
    this.#works.add(work);
    return () => this.#works.delete(work);
  }

  #timeOf({ left, kind }: Work): number {
    return left / (kind === 'gate' ? this.#speed() : 1);
  }

  #speed(): number {
    const gates = [...this.#works].filter(({ kind }) => kind === 'gate').length;
    return Math.min(1, this.width / Math.max(1, gates));
  }
}
