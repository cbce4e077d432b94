import type { StoryRecord } from '../../core/story/story';

/** The stories by key, and in the order of their numbers without sorting them again for every change. */
export class SortedRecords {
  readonly #byKey = new Map<string, StoryRecord>();
  #ordered: StoryRecord[] = [];
  #handedOut = false;

  has(key: string): boolean {
    return this.#byKey.has(key);
  }

  get(key: string): StoryRecord | undefined {
    return this.#byKey.get(key);
  }

  /** Ordered by number, then key. The same array until something changes; it is never changed afterwards. */
  list(): readonly StoryRecord[] {
    this.#handedOut = true;
    return this.#ordered;
  }

  /** Whether a story other than `key` has this number. */
  hasNumber(number: number, key: string): boolean {
    for (let at = this.#place(number, ''); this.#ordered[at]?.number === number; at++) {
      if (this.#ordered[at]?.key !== key) return true;
    }
    return false;
  }

  set(record: StoryRecord): void {
    const before = this.#byKey.get(record.key);
    const ordered = this.#own();
    if (before?.number === record.number) ordered[this.#place(record.number, record.key)] = record;
    else {
      if (before !== undefined) ordered.splice(this.#place(before.number, before.key), 1);
      ordered.splice(this.#place(record.number, record.key), 0, record);
    }
    this.#byKey.set(record.key, record);
  }

  delete(key: string): void {
    const before = this.#byKey.get(key);
    if (before === undefined) return;
    this.#own().splice(this.#place(before.number, key), 1);
    this.#byKey.delete(key);
  }

  #own(): StoryRecord[] {
    if (this.#handedOut) this.#ordered = this.#ordered.slice();
    this.#handedOut = false;
    return this.#ordered;
  }

  /** Where a record is, or would have to be put. */
  #place(number: number, key: string): number {
    let low = 0;
    let high = this.#ordered.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const there = this.#ordered[middle];
      const before = there !== undefined && (there.number < number || (there.number === number && there.key < key));
      if (before) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
