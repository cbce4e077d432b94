import { lengthText } from '../words/durations';
import type { ReportCell, SaidReport } from '../words/saidReport';
import { asWritten, say, type Said } from '../words/said';
import type { Spread } from './spread';
import type { KnownSum, Statistics } from './statistics';
import { stageWord } from '../story/stageWords';

/** The figures for people: what they are of, and a table of each kind. What is not known is said to be so. */
export function statisticsText(of: string, found: Statistics): SaidReport {
  const title = (said: Said): SaidReport => [{ lines: [said] }];
  return [
    { lines: [say('Statistics: {0}', of), say('Days are those of this machine’s clock.')] },
    ...title(say('Landed')),
    ...landedParts(found),
    ...title(say('Time in each stage')),
    ...stagesParts(found),
    ...title(say('Gates')),
    ...gatesParts(found),
    ...title(say('Agents')),
    ...agentsParts(found),
  ];
}

function landedParts({ landed, sinceCreated, sinceCoding }: Statistics): SaidReport {
  if (landed.length === 0) return [{ lines: [say('Nothing landed.')] }];
  const all = landed.reduce((sum, one) => sum + one.count, 0);
  const stories = all === 1 ? say('1 story') : say('{0} stories', all);
  const sum = landed.length === 1 ? say('{0} on 1 day.', stories) : say('{0} on {1} days.', stories, landed.length);
  const rows = [rowOf(say('From its beginning'), sinceCreated), rowOf(say('From its first work'), sinceCoding)];
  return [
    { lines: [sum] },
    { head: [say('Day'), say('Stories')], rows: landed.map(({ day, count }) => [day, String(count)]) },
    { head: headOf(say('A story took')), rows },
  ];
}

function headOf(what: Said): Said[] {
  return [what, say('Count'), ...SPREAD, say('Longest')];
}

const SPREAD = [say('Half within'), say('9 of 10 within')];

function stagesParts({ stages }: Statistics): SaidReport {
  if (stages.length === 0) return [{ lines: [say('No story has left a stage.')] }];
  return [{ head: headOf(say('Stage')), rows: stages.map(({ stage, time }) => rowOf(say(stageWord(stage)), time)) }];
}

function gatesParts({ gates }: Statistics): SaidReport {
  if (gates.length === 0) return [{ lines: [say('No gate run is on record.')] }];
  const rows = gates.map(({ gate, runs, passed, failed, trees, flaky, time }) => [
    gate,
    String(runs),
    String(passed),
    String(failed),
    ...spreadCells(time).slice(0, 2),
    flaky === 0 ? '-' : say('{0} of {1}', flaky, trees),
  ]);
  const head = [say('Gate'), say('Runs'), say('Passed'), say('Failed'), ...SPREAD, say('Flaky on')];
  return [{ head, rows }, { lines: [say('Flaky: it passed and failed on one and the same tree.')] }];
}

function agentsParts({ agents }: Statistics): SaidReport {
  if (agents.length === 0) return [{ lines: [say('No start of an agent is on record.')] }];
  const rows = agents.map(({ agent, cold, warm, time, turns, tokens, costUsd }) => [
    agent,
    String(warm),
    String(cold),
    ...spreadCells(time).slice(0, 2),
    sumCell(turns, String),
    sumCell(tokens, String),
    sumCell(costUsd, (usd) => `$${usd.toFixed(2)}`),
  ]);
  const head = [say('Agent'), say('Warm starts'), say('Cold starts'), ...SPREAD, say('Turns'), say('Tokens'), say('Cost')]; // prettier-ignore
  const why = agents.flatMap(({ agent, whyCold }) =>
    whyCold.map((one) => [agent, asWritten(one.why), String(one.count)]),
  );
  if (why.length === 0) return [{ head, rows }];
  return [
    { head, rows },
    { lines: [say('Why starts were cold:')] },
    { head: [say('Agent'), say('Because'), say('Starts')], rows: why },
  ];
}

/** What is not known is no 0. */
function sumCell({ sum, of }: KnownSum, text: (sum: number) => string): ReportCell {
  return of === 0 ? say('unknown') : text(sum);
}

function rowOf(name: Said, time: Spread | null): ReportCell[] {
  return [name, time === null ? '-' : String(time.count), ...spreadCells(time)];
}

function spreadCells(time: Spread | null): string[] {
  return time === null ? ['-', '-', '-'] : [time.median, time.p90, time.longest].map(lengthText);
}
