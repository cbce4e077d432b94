import { age } from '../words/durations';
import { asWritten, say, type Said, type SaidValue } from '../words/said';
import { indented, type SaidReport } from '../words/saidReport';
import { size } from '../words/sizes';
import type { HalfWritten, HalfWrittenClass } from './halfWritten';

/** How the two classes are called in a list of them. */
export const CLASS_WORDS: Readonly<Record<HalfWrittenClass, string>> = {
  tombstoned: 'Written under the number of a deleted story',
  stale: 'Never had an entry',
};

/** `#12`, or that it has none. */
export function sayNumber({ number }: Pick<HalfWritten, 'number'>): Said {
  return number === null ? say('no number') : asWritten(`#${number}`);
}

/** Size and age in one line. `now` in ms since 1970. */
export function describeHalfWritten({ bytes, changedAt }: HalfWritten, now: number): Said {
  const written =
    changedAt === null ? say('known to the search index alone') : say('written {0} ago', age(changedAt, now));
  return bytes === 0 ? written : { text: '{0} · {1}', values: [size(bytes), written] };
}

/** What became of one of them: the number it has now, or why it was left as it is. */
export type Became = { readonly was: HalfWritten } & (
  | { readonly kind: 'recovered'; readonly number: number; readonly title: string }
  | { readonly kind: 'left'; readonly why: string }
  | { readonly kind: 'untouched' }
);

/** The report of a recovery to read and keep. */
export function recoveryReport(all: readonly Became[]): SaidReport {
  const recovered = all.flatMap((one) => (one.kind === 'recovered' ? [one] : []));
  const left = all.flatMap((one) => (one.kind === 'left' ? [one] : []));
  const untouched = all.filter((one) => one.kind === 'untouched');
  const sums = [
    say('{0} recovered', recovered.length),
    ...(left.length === 0
      ? []
      : [left.length === 1 ? say('1 left as it is') : say('{0} left as they are', left.length)]),
    ...(untouched.length === 0 ? [] : [say('{0} not done because it was cancelled', untouched.length)]),
  ];
  const sum: Said = { text: `${sums.map((_, place) => `{${place}}`).join(', ')}.`, values: sums };
  const part = (title: Said, rows: readonly Said[]): SaidReport =>
    rows.length === 0 ? [] : [{ lines: [title, ...rows.map(indented)] }];
  return [
    { lines: [say('Recovered half-written stories')] },
    { lines: [sum] },
    ...part(
      say('Recovered into Backlog (old number → new number)'),
      // An editor would take `#100` for a colour.
      recovered.map(({ was, number, title }) => row('{0} → {1}  {2}', was.number ?? say('no number'), number, title)),
    ),
    ...part(
      say('Left as they are'),
      left.map(({ was, why }) => row('{0}  {1}: {2}', sayNumber(was), was.title, asWritten(why))),
    ),
    ...part(
      say('Not done'),
      untouched.map(({ was }) => row('{0}  {1}', sayNumber(was), was.title)),
    ),
  ];
}

function row(text: string, ...values: SaidValue[]): Said {
  return { text, values };
}
