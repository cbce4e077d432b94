import { indented, section, type SaidReport } from '../words/saidReport';
import { say, type Said } from '../words/said';
import type { Landing } from './forecast';
import { roughly, sayPolicy } from './policyWords';
import type { PolicyChoice } from './policy';
import type { ForeseenConflict, WhatIf, WhatIfRow } from './whatIf';

type Moment = (ms: number) => string;

/** What the queue will do and what a person could change, for reading. `moment` writes a time (ms since 1970) as a clock shows it. */
export function whatIfText(
  found: WhatIf,
  { target, queue, moment }: { readonly target: string | null; readonly queue: PolicyChoice | null; readonly moment: Moment }, // prettier-ignore
): SaidReport {
  const times =
    found.times === 'none'
      ? say('No gate run has been measured yet, so only the order can be told.')
      : say(
          'If everything stays green and gates take as long as until now. How long an agent or you need is not known.',
        );
  const head = [
    say('What will land on {0}, and what you could change', target ?? say('the target')),
    ...(queue === null ? [] : [say('Now: {0}, because {1}.', sayPolicy(queue), queue.why)]),
    times,
  ];
  return [
    { lines: head },
    ...section(say('Who lands when'), landingLines(found, moment), say('Nothing is queued, and no gates run.')),
    ...section(
      say('Conflicts that this order meets'),
      found.conflicts.map((one) => indented(sayConflict(one))),
    ),
    ...section(
      say('If you …'),
      found.rows.flatMap((row) => rowLines(row, found, moment)),
    ),
  ];
}

function landingLines({ landings, now }: WhatIf, moment: Moment): Said[] {
  return landings.map(({ number, title, ...when }) => ({
    text: '  #{0} {1}: {2}',
    values: [number, title, whenWords(when, now, moment)],
  }));
}

function whenWords({ at, lands }: Pick<Landing, 'at' | 'lands'>, now: number, moment: Moment): Said {
  if (lands === 'not by itself') return say('not by itself, as things are (Why Not Landed? says why)');
  if (at === null) return say('in this order');
  return at - now < 1000 ? say('any moment') : say('in about {0}, at {1}', roughly(at - now), moment(at));
}

function rowLines(row: WhatIfRow, { now }: WhatIf, moment: Moment): Said[] {
  const lines = [
    ...row.moved.map(({ number, before, after }): Said => ({
      text: '#{0} {1}',
      values: [number, sayMoved(before, after, now, moment)],
    })),
    ...row.brings.map((one) => say('it brings a conflict: {0}', sayConflict(one))),
    ...row.spares.map((one) => say('it spares a conflict: {0}', sayConflict(one))),
  ];
  const what = sayChange(row);
  return lines.length === 0
    ? [indented(say('{0}: nothing changes', what))]
    : [{ text: '  {0}:', values: [what] }, ...lines.map((line): Said => ({ text: '      {0}', values: [line] }))];
}

function sayChange({ change, number }: WhatIfRow): Said {
  switch (change.kind) {
    case 'approve':
      return say('approve #{0}', number);
    case 'freeze':
      return say('freeze #{0}', number);
    case 'first':
      return say('let #{0} come first (Set Priority 0)', number);
  }
}

function sayMoved(before: number | null, after: number | null, now: number, moment: Moment): Said {
  if (after === null) return say('does not land then');
  const when = after - now < 1000 ? say('any moment') : say('at {0}', moment(after));
  if (before === null) return say('lands {0}', when);
  const shift = after - before;
  const length = roughly(Math.abs(shift));
  return shift < 0 ? say('lands {0}, {1} earlier', when, length) : say('lands {0}, {1} later', when, length);
}

function sayConflict({ number, with: other, files, gate }: ForeseenConflict): Said {
  if (gate !== undefined) return say('#{0} red together with #{1} in gate {2}', number, other ?? '', gate);
  const against = other === null ? say('the target as it is') : `#${other}`;
  return files.length === 0
    ? say('#{0} with {1}', number, against)
    : say('#{0} with {1} in {2}', number, against, { names: files });
}
