import { age } from '../words/durations';
import { plainLine } from '../words/plainText';
import { size } from '../words/sizes';
import type { HalfWritten, HalfWrittenClass } from './halfWritten';

/** How the two classes are called in a list of them. */
export const CLASS_WORDS: Readonly<Record<HalfWrittenClass, string>> = {
  tombstoned: 'Written under the number of a deleted story',
  stale: 'Never had an entry',
};

/** `#12`, or that it has none. */
export function numberOf({ number }: Pick<HalfWritten, 'number'>): string {
  return number === null ? 'no number' : `#${number}`;
}

/** Size and age in one line. `now` in ms since 1970. */
export function describeHalfWritten({ bytes, changedAt }: HalfWritten, now: number): string {
  const written = changedAt === null ? 'known to the search index alone' : `written ${age(changedAt, now)} ago`;
  return bytes === 0 ? written : `${size(bytes)} · ${written}`;
}

/** What became of one of them: the number it has now, or why it was left as it is. */
export type Became = { readonly was: HalfWritten } & (
  | { readonly kind: 'recovered'; readonly number: number; readonly title: string }
  | { readonly kind: 'left'; readonly why: string }
  | { readonly kind: 'untouched' }
);

/** The report of a recovery as a text to read and keep. */
export function recoveryReport(all: readonly Became[]): string {
  const recovered = all.flatMap((one) => (one.kind === 'recovered' ? [one] : []));
  const left = all.flatMap((one) => (one.kind === 'left' ? [one] : []));
  const untouched = all.filter((one) => one.kind === 'untouched');
  const sums = [
    `${recovered.length} recovered`,
    left.length === 0 ? [] : `${left.length} left as ${left.length === 1 ? 'it is' : 'they are'}`,
    untouched.length === 0 ? [] : `${untouched.length} not done because it was cancelled`,
  ].flat();
  const lines = ['Recovered half-written stories', '', `${sums.join(', ')}.`];
  const part = (title: string, rows: readonly string[]): void => {
    if (rows.length > 0) lines.push('', title, ...rows.map((row) => `  ${row}`));
  };
  // An editor would take `#100` for a colour.
  part('Recovered into Backlog (old number → new number)', recovered.map((one) => `${one.was.number ?? 'none'} → ${one.number}  ${plainLine(one.title)}`)); // prettier-ignore
  part('Left as they are', left.map((one) => `${numberOf(one.was)}  ${plainLine(one.was.title)}: ${plainLine(one.why)}`)); // prettier-ignore
  part('Not done', untouched.map((one) => `${numberOf(one.was)}  ${plainLine(one.was.title)}`)); // prettier-ignore
  return `${lines.join('\n')}\n`;
}
