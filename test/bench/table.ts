/** One line of the table. Counts come first, because they are the same on every machine. */
export interface Row {
  readonly what: string;
  /** What cannot depend on the machine: processes, bytes. */
  readonly counts: string;
  /** What it is compared with in the same run, and the ratio; empty where nothing is. */
  readonly ratio: string;
  /** What is to be reached. */
  readonly reach: string;
}

const HEADS: Row = { what: 'what', counts: 'counts', ratio: 'against', reach: 'reach' };
const COLUMNS = ['what', 'counts', 'ratio', 'reach'] as const;

/** The rows below each other, in columns as wide as their longest word demands. */
export function table(rows: readonly Row[]): string {
  const all = [HEADS, ...rows];
  const widths = COLUMNS.map((column) => Math.max(...all.map((row) => row[column].length)));
  const line = (row: Row) => COLUMNS.map((column, at) => row[column].padEnd(widths[at] ?? 0)).join('  ');
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  return [line(HEADS).trimEnd(), rule, ...rows.map((row) => line(row).trimEnd())].join('\n');
}

/** `3.4 ×`; a dash where one of the two is not known. */
export function times(one: number | null, other: number | null): string {
  if (one === null || other === null || other === 0) return '–';
  const ratio = one / other;
  return `${ratio >= 100 ? Math.round(ratio) : ratio.toPrecision(2)} ×`;
}

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
