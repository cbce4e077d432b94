import { namesOf } from '../words/durations';
import { plainLine, visible } from '../words/plainText';
import { inEnglish } from '../words/said';
import type { Landing } from './forecast';
import { describePolicy, roughly } from './policyWords';
import type { PolicyChoice } from './policy';
import type { ForeseenConflict, WhatIf, WhatIfRow } from './whatIf';

/** What the queue will do and what a person could change, for reading. `moment` writes a time (ms since 1970) as a clock shows it. */
export function whatIfText(
  found: WhatIf,
  about: { readonly target: string; readonly queue: PolicyChoice | null; readonly moment: (ms: number) => string },
): string {
  const { target, queue } = about;
  const head = [
    `What will land on ${target}, and what you could change`,
    queue === null ? '' : `Now: ${describePolicy(queue)}. ${capital(inEnglish([queue.why]))}.`,
    found.times === 'none'
      ? 'No gate run has been measured yet, so only the order can be told.'
      : 'If everything stays green, as long as gates took until now. An agent at work and what waits for you end by nobody’s clock.',
  ];
  const parts = [
    head.filter((line) => line !== '').join('\n'),
    section('Who lands when', landingLines(found, about.moment), 'Nothing is queued, and no gates run.'),
    section('Conflicts that this order meets', found.conflicts.map(conflictLine), ''),
    section(
      'If you …',
      found.rows.map((row) => rowText(row, found, about.moment)),
      '',
    ),
  ];
  return visible(`${parts.filter((part) => part !== '').join('\n\n')}\n`);
}

function section(title: string, lines: readonly string[], none: string): string {
  if (lines.length > 0) return `${title}\n\n${lines.join('\n')}`;
  return none === '' ? '' : `${title}\n\n  ${none}`;
}

function landingLines({ landings, now }: WhatIf, moment: (ms: number) => string): string[] {
  return landings.map(
    ({ number, title, ...when }) => `  #${number} ${plainLine(title)}: ${whenText(when, now, moment)}`,
  );
}

function whenText({ at, lands }: Pick<Landing, 'at' | 'lands'>, now: number, moment: (ms: number) => string): string {
  if (lands === 'not by itself') return 'not by itself, as things are (Why Not Landed? says why)';
  if (at === null) return 'in this order';
  return at - now < 1000 ? 'any moment' : `in about ${roughly(at - now)}, at ${moment(at)}`;
}

const CHANGE_WORDS: Readonly<Record<WhatIfRow['change']['kind'], string>> = {
  approve: 'approve',
  freeze: 'freeze',
  first: 'let come first (Set Priority 0)',
};

function rowText(row: WhatIfRow, { now }: WhatIf, moment: (ms: number) => string): string {
  const lines = [
    ...row.moved.map(({ number, before, after }) => `#${number} ${movedText(before, after, now, moment)}`),
    ...row.brings.map((one) => `it brings a conflict: ${conflictText(one)}`),
    ...row.spares.map((one) => `it spares a conflict: ${conflictText(one)}`),
  ];
  const what = `  ${CHANGE_WORDS[row.change.kind]} #${row.number}:`;
  return lines.length === 0 ? `${what} nothing changes` : [what, ...lines.map((line) => `      ${line}`)].join('\n');
}

function movedText(before: number | null, after: number | null, now: number, moment: (ms: number) => string): string {
  if (after === null) return 'does not land then';
  const when = after - now < 1000 ? 'any moment' : `at ${moment(after)}`;
  if (before === null) return `lands ${when}`;
  const shift = after - before;
  return `lands ${when}, ${roughly(Math.abs(shift))} ${shift < 0 ? 'earlier' : 'later'}`;
}

function conflictLine(conflict: ForeseenConflict): string {
  return `  ${conflictText(conflict)}`;
}

function conflictText({ number, with: other, files, gate }: ForeseenConflict): string {
  if (gate !== undefined) return `#${number} red together with #${other ?? ''} in gate ${plainLine(gate)}`;
  const where = files.length === 0 ? '' : ` in ${namesOf(files.map(plainLine))}`;
  return `#${number} with ${other === null ? 'the target as it is' : `#${other}`}${where}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
