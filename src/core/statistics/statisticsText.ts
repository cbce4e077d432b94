import { count, lengthText } from '../words/durations';
import { visible } from '../words/plainText';
import { textTable } from '../words/textTable';
import type { Spread } from './spread';
import type { KnownSum, Statistics } from './statistics';
import { stageWord } from '../story/stageWords';

/** The figures for people: what they are of, and a table of each kind. What is not known is said to be so. */
export function statisticsText(of: string, found: Statistics): string {
  const parts = [
    ['Landed', landedText(found)],
    ['Time in each stage', stagesText(found)],
    ['Gates', gatesText(found)],
    ['Agents', agentsText(found)],
  ] as const;
  return visible(
    `Statistics: ${of}\nDays and times are UTC.\n\n${parts.map(([name, text]) => `${name}\n\n${text}\n`).join('\n')}`,
  );
}

function landedText({ landed, sinceCreated, sinceCoding }: Statistics): string {
  if (landed.length === 0) return 'Nothing landed.';
  const all = landed.reduce((sum, one) => sum + one.count, 0);
  const table = textTable(['Day', 'Stories'], landed.map(({ day, count: stories }) => [day, String(stories)])); // prettier-ignore
  const rows = [rowOf('From its beginning', sinceCreated), rowOf('From its first work', sinceCoding)];
  return `${count(all, 'story', 'stories')} on ${count(landed.length, 'day')}.\n\n${table}\n\n${textTable(HEAD('A story took'), rows)}`;
}

const HEAD = (what: string): string[] => [what, 'Count', 'Half within', '9 of 10 within', 'Longest'];

function stagesText({ stages }: Statistics): string {
  if (stages.length === 0) return 'No story has left a stage.';
  return textTable(
    HEAD('Stage'),
    stages.map(({ stage, time }) => rowOf(stageWord(stage), time)),
  );
}

function gatesText({ gates }: Statistics): string {
  if (gates.length === 0) return 'No gate run is on record.';
  const rows = gates.map(({ gate, runs, passed, failed, trees, flaky, time }) => [
    gate,
    String(runs),
    String(passed),
    String(failed),
    ...spreadCells(time).slice(0, 2),
    flaky === 0 ? '-' : `${flaky} of ${trees}`,
  ]);
  return `${textTable(['Gate', 'Runs', 'Passed', 'Failed', 'Half within', '9 of 10 within', 'Flaky on'], rows)}\n\nFlaky: it passed and failed on one and the same tree.`;
}

function agentsText({ agents }: Statistics): string {
  if (agents.length === 0) return 'No start of an agent is on record.';
  const rows = agents.map(({ agent, cold, warm, time, turns, tokens, costUsd }) => [
    agent,
    String(warm),
    String(cold),
    ...spreadCells(time).slice(0, 2),
    sumText(turns, String),
    sumText(tokens, String),
    sumText(costUsd, (usd) => `$${usd.toFixed(2)}`),
  ]);
  const table = textTable(['Agent', 'Warm starts', 'Cold starts', 'Half within', '9 of 10 within', 'Turns', 'Tokens', 'Cost'], rows); // prettier-ignore
  const why = agents.flatMap(({ agent, whyCold }) => whyCold.map((one) => [agent, one.why, String(one.count)]));
  if (why.length === 0) return table;
  return `${table}\n\nWhy starts were cold:\n\n${textTable(['Agent', 'Because', 'Starts'], why)}`;
}

/** What is not known is no 0. */
function sumText({ sum, of }: KnownSum, text: (sum: number) => string): string {
  return of === 0 ? 'unknown' : text(sum);
}

function rowOf(name: string, time: Spread | null): string[] {
  return [name, time === null ? '-' : String(time.count), ...spreadCells(time)];
}

function spreadCells(time: Spread | null): string[] {
  return time === null ? ['-', '-', '-'] : [time.median, time.p90, time.longest].map(lengthText);
}
