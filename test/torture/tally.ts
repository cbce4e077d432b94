import type { Judged, Verdict } from './storage/judge';

/** Failures of one kind that are named. */
const NAMED = 10;

/** Counts what came of each try, by kind. */
export class Tally {
  readonly #counts = new Map<string, Record<Verdict, number>>();
  readonly #failures: string[] = [];

  add(kind: string, name: string, { verdict, what }: Judged): void {
    const counts = this.#counts.get(kind) ?? { whole: 0, noticed: 0, lost: 0, silent: 0 };
    counts[verdict] += 1;
    this.#counts.set(kind, counts);
    if (verdict !== 'lost' && verdict !== 'silent') return;
    if (counts.lost + counts.silent <= NAMED) this.#failures.push(`${verdict}: ${kind}, ${name}: ${what}`);
  }

  /** Tries that lost something, or changed something in silence. */
  get failures(): readonly string[] {
    return this.#failures;
  }

  get tried(): number {
    return this.#sum(() => true);
  }

  get failed(): number {
    return this.#sum((verdict) => verdict === 'lost' || verdict === 'silent');
  }

  /** A row a kind. */
  table(): string {
    const head = ['', 'tried', 'whole', 'noticed', 'lost', 'silent'];
    const rows = [...this.#counts].map(([kind, { whole, noticed, lost, silent }]) => {
      return [kind, ...[whole + noticed + lost + silent, whole, noticed, lost, silent].map(String)];
    });
    return [head, ...rows].map(([kind = '', ...cells]) => kind.padEnd(28) + cells.map((cell) => cell.padStart(9)).join('')).join('\n'); // prettier-ignore
  }

  #sum(counts: (verdict: Verdict) => boolean): number {
    let sum = 0;
    for (const kind of this.#counts.values())
      for (const [verdict, count] of Object.entries(kind)) if (counts(verdict as Verdict)) sum += count;
    return sum;
  }
}
