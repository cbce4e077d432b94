import { count, namesOf } from '../words/durations';
import { visible } from '../words/visible';

export interface UnseenLine {
  readonly path: string;
  /** Counts from 1. */
  readonly line: number;
}

/** More files than these are counted. */
const MOST_FILES = 3;

/** Why a person looks at a story whose tests stay green whatever its lines say; null where they do not. */
export function unseenReason(unseen: readonly UnseenLine[]): string | null {
  if (unseen.length === 0) return null;
  const byPath = new Map<string, number[]>();
  for (const { path, line } of unseen) byPath.set(path, [...(byPath.get(path) ?? []), line]);
  const places = [...byPath].map(([path, lines]) => `${visible(path)}, ${linesOf(lines)}`);
  const more = places.length - MOST_FILES;
  const named = places.slice(0, MOST_FILES).join('; ');
  return `The tests do not see this change: ${named}${more > 0 ? `; and ${count(more, 'more file')}` : ''}.`;
}

/** `line 3`, `lines 3–5 and 9`. */
function linesOf(lines: readonly number[]): string {
  const sorted = [...new Set(lines)].sort((a, b) => a - b);
  const spans: { from: number; to: number }[] = [];
  for (const line of sorted) {
    const last = spans.at(-1);
    if (last !== undefined && last.to + 1 === line) last.to = line;
    else spans.push({ from: line, to: line });
  }
  const words = spans.map(({ from, to }) => (from === to ? String(from) : `${from}–${to}`));
  return `${sorted.length === 1 ? 'line' : 'lines'} ${namesOf(words)}`;
}
