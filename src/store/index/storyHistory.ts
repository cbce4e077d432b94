import type { HistoryEntry } from '../../core/story/history';
import type { HistoryQuery } from '../../ports/store';

/** Every change in the order in which it was made, by rising sequence. */
export class StoryHistory {
  #all: HistoryEntry[] = [];
  readonly #byKey = new Map<string, HistoryEntry[]>();
  #before = 0;

  /** The sequence of the newest entry, 0 where there is none. */
  get last(): number {
    return this.#all.at(-1)?.sequence ?? this.#before;
  }

  /** Sequence of the last entry before its own: those up to there are kept elsewhere. */
  get before(): number {
    return this.#before;
  }

  /** Entries up to this sequence are kept elsewhere. */
  startBehind(sequence: number): void {
    const kept = this.#all.filter((entry) => entry.sequence > sequence);
    this.clear();
    this.#before = sequence;
    for (const entry of kept) this.add(entry);
  }

  /** Adds an entry; one that does not come after the newest is numbered anew, so that every cursor meets it. */
  add(entry: HistoryEntry): void {
    const kept = entry.sequence > this.last ? entry : { ...entry, sequence: this.last + 1 };
    this.#all.push(kept);
    const own = this.#byKey.get(kept.key);
    if (own === undefined) this.#byKey.set(kept.key, [kept]);
    else own.push(kept);
  }

  query({ cursor, limit, key, order = 'forward' }: HistoryQuery): readonly HistoryEntry[] {
    const entries = key === undefined ? this.#all : (this.#byKey.get(key) ?? []);
    if (order === 'forward') {
      const start = firstAfter(entries, cursor);
      return entries.slice(start, start + Math.max(0, limit));
    }
    const end = firstAfter(entries, cursor - 1);
    return entries.slice(Math.max(0, end - Math.max(0, limit)), end).reverse();
  }

  clear(): void {
    this.#all = [];
    this.#byKey.clear();
  }
}

function firstAfter(entries: readonly HistoryEntry[], cursor: number): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((entries[middle]?.sequence ?? Infinity) > cursor) high = middle;
    else low = middle + 1;
  }
  return low;
}
