/** A number for each key. Whether any key has one is known without looking at all of them; several may have the same. */
export class KeyedNumbers {
  readonly #byKey = new Map<string, number>();
  readonly #holders = new Map<number, number>();

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
    if (holders > 0) this.#holders.set(number, holders);
    else this.#holders.delete(number);
  }
}
