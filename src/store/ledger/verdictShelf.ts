import type { VerdictKey, VerdictRecord } from '../../core/gates/verdictRecord';

/** Verdicts in memory: the newest of all, and by what they depend on. */
export class VerdictShelf {
  #all: VerdictRecord[] = [];
  readonly #byKey = new Map<string, VerdictRecord[]>();

  /** The oldest go once there are so many, a quarter of them at a time. */
  constructor(private readonly most: number) {}

  put(record: VerdictRecord): void {
    this.#all.push(record);
    const name = nameOf(record);
    const alike = this.#byKey.get(name);
    if (alike === undefined) this.#byKey.set(name, [record]);
    else alike.push(record);
    if (this.#all.length > this.most * 1.25) this.#forgetOldest();
  }

  known(key: VerdictKey): readonly VerdictRecord[] {
    return this.#byKey.get(nameOf(key)) ?? [];
  }

  recent(limit: number): readonly VerdictRecord[] {
    return limit <= 0 ? [] : this.#all.slice(-limit).reverse();
  }

  #forgetOldest(): void {
    const kept = this.#all.slice(-this.most);
    this.#all = [];
    this.#byKey.clear();
    for (const record of kept) this.put(record);
  }
}

function nameOf({ tree, gate, definition, platform }: VerdictKey): string {
  return JSON.stringify([tree, gate, definition, platform]);
}
