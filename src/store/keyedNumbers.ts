/** What can be asked of numbers without a look at all of them; `values` is that look. */
export type NumbersInUse = Pick<KeyedNumbers, 'has' | 'highest' | 'values'>;

/** A number for each key. Whether any key has one is known without looking at all of them; several may have the same. */
export class KeyedNumbers {
  readonly #byKey = new Map<string, number>();
  readonly #holders = new Map<number, number>();
  /** Null where the highest went away since somebody asked. */
  #highest: number | null = 0;

  /** 0 where there is none. */
  get highest(): number {
    return (this.#highest ??= [...this.#holders.keys()].reduce((highest, one) => Math.max(highest, one), 0));
  }

  has(number: number): boolean {
    return this.#holders.has(number);
  }

  keys(): IterableIterator<string> {
    return this.#byKey.keys();
  }

  values(): IterableIterator<number> {
    return this.#byKey.values();
  }

  set(key: string, number: number): void {
    this.#count(this.#byKey.get(key), -1);
    this.#count(number, 1);
    this.#byKey.set(key, number);
  }

  delete(key: string): void {
    this.#count(this.#byKey.get(key), -1);
    this.#byKey.delete(key);
  }

  #count(number: number | undefined, change: 1 | -1): void {
    if (number === undefined) return;
    const holders = (this.#holders.get(number) ?? 0) + change;
    if (holders > 0) {
      this.#holders.set(number, holders);
      if (this.#highest !== null && number > this.#highest) this.#highest = number;
    } else {
      this.#holders.delete(number);
      if (number === this.#highest) this.#highest = null;
    }
  }
}
