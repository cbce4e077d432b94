import type { Judged, Verdict } from './storage/judge';

/** Failures of one kind that are named. */
const NAMED = 10;

type Counts = Readonly<Record<Verdict, number>>;

/** A tally as it goes from one process to another. */
export interface Counted {
  readonly counts: ReadonlyMap<string, Counts>;
  readonly failures: readonly string[];
}

const NOTHING: Counts = { whole: 0, noticed: 0, lost: 0, silent: 0 };

/** Counts what came of each try, by kind. */
export class Tally {
  readonly #counts = new Map<string, Counts>();
  readonly #failures: string[] = [];

  add(kind: string, name: string, { verdict, what }: Judged): void {
    const counts = this.#count(kind, { ...NOTHING, [verdict]: 1 });
    if (verdict !== 'lost' && verdict !== 'silent') return;
    if (counts.lost + counts.silent <= NAMED) this.#failures.push(`${verdict}: ${kind}, ${name}: ${what}`);
  }

  counted(): Counted {
    return { counts: this.#counts, failures: this.#failures };
  }

  /** What another process has counted. */
  take({ counts, failures }: Counted): void {
    for (const [kind, some] of counts) this.#count(kind, some);
    this.#failures.push(...failures);
  }

  /** Tries that lost something, or changed something in silence. */
  get failures(): readonly string[] {
    return this.#failures;
  }

  get tried(): number {
    return triedOf(this.#all());
  }

  get failed(): number {
    const { lost, silent } = this.#all();
    return lost + silent;
  }

  /** A row a kind, and one for all. */
  table(): string {
    const head = ['', 'tried', 'whole', 'noticed', 'lost', 'silent'];
    const rows = [...this.#counts, ['all', this.#all()] as const].map(([kind, counts]) => {
      const { whole, noticed, lost, silent } = counts;
      return [kind, ...[triedOf(counts), whole, noticed, lost, silent].map(String)];
    });
    return [head, ...rows].map(([kind = '', ...cells]) => kind.padEnd(38) + cells.map((cell) => cell.padStart(9)).join('')).join('\n'); // prettier-ignore
  }

  #count(kind: string, more: Counts): Counts {
    const counts = sumOf([this.#counts.get(kind) ?? NOTHING, more]);
    this.#counts.set(kind, counts);
    return counts;
  }

  #all(): Counts {
    return sumOf([...this.#counts.values()]);
  }
}

function triedOf({ whole, noticed, lost, silent }: Counts): number {
  return whole + noticed + lost + silent;
}

function sumOf(all: readonly Counts[]): Counts {
  const sum = { ...NOTHING };
  for (const counts of all) {
    for (const verdict of ['whole', 'noticed', 'lost', 'silent'] as const) sum[verdict] += counts[verdict];
  }
  return sum;
}
