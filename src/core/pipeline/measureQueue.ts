import type { VerdictRecord } from '../gates/verdictRecord';
import { isFinished, type MergeJob } from '../landing/job';
import { groupBy } from '../statistics/groupBy';
import { spreadOf } from '../statistics/spread';
import type { QueueMeasures } from './policy';

/** Figures come from so many of the latest landings. */
const RUNS_LOOKED_AT = 50;

/** One run of a gate, as far as it says anything about the machine. */
export type MeasuredGate = Pick<
  VerdictRecord,
  'at' | 'of' | 'commit' | 'tree' | 'gate' | 'definition' | 'platform' | 'verdict' | 'ms' | 'beside'
>;

/** What became of one attempt to land a story. */
export type LandingEnd = 'landed' | 'red';

/** What the queue is chosen by. `records` and `ends` in any order; what is not known of the machine is null. */
export function measureQueue(records: readonly MeasuredGate[], ends: readonly LandingEnd[]): QueueMeasures {
  const judged = records.filter(({ verdict }) => verdict === 'passed' || verdict === 'failed');
  const width = widthOf(judged);
  const sets = gateSets(judged, width ?? 1);
  const gateMs = spreadOf(sets.map(({ tookMs }) => tookMs))?.median ?? null;
  // Gates of one candidate that run beside each other take up the machine together.
  const ownGates = spreadOf(sets.map(({ workMs, tookMs }) => workMs / tookMs))?.median ?? 1;
  return {
    runs: ends.length,
    gateMs,
    width: width === null ? null : Math.max(1, width / ownGates),
    redShare: ends.length === 0 ? null : (ends.filter((end) => end === 'red').length + 0.5) / (ends.length + 1),
    flakeShare: flakeShare(judged),
  };
}

/** The latest ends of landings that say whether a story is red, of all jobs on record. What a person took back says nothing. */
export function landingEnds(jobs: readonly MergeJob[]): LandingEnd[] {
  const ended = jobs.filter((job) => endOf(job) !== null).sort((a, b) => (a.stepAt < b.stepAt ? 1 : -1));
  return ended.slice(0, RUNS_LOOKED_AT).flatMap((job) => endOf(job) ?? []);
}

function endOf(job: MergeJob): LandingEnd | null {
  if (job.stopped?.kind === 'gatesRed' || job.stopped?.kind === 'redTogether') return 'red';
  return job.stopped === null && isFinished(job) ? 'landed' : null;
}

/** How much longer a run takes among so many, where the machine does `width` of them side by side at full speed. */
function slowdown(amongSoMany: number, width: number): number {
  return Math.max(1, amongSoMany / width);
}

/** So many runs have to have been seen among so many others before that says anything. */
const SEEN = 3;
/** In the steps in which widths are tried. */
const STEP = 0.1;

/**
 * How many runs the machine does side by side: past that the time of a gate rises with how many run at once, by 1 / width for each.
 * The width that leaves the least unexplained is taken, and never one that has not been seen. Null where runs side by side were
 * not seen, or never a run alone enough to compare them with.
 */
export function widthOf(records: readonly MeasuredGate[]): number | null {
  const passed = records.filter(({ verdict, ms }) => verdict === 'passed' && ms > 0);
  const gates = [...groupBy(passed, ({ gate, definition }) => `${gate}\0${definition}`).values()];
  const telling = gates.filter(tellsOfWidth);
  const seen = telling.flat().map(atOnce).sort((a, b) => b - a)[SEEN - 1]; // prettier-ignore
  if (seen === undefined || seen < 1 + STEP) return null;
  let best = { width: 1, unexplained: Infinity };
  for (let width = 1; width <= seen + STEP / 2; width += STEP) {
    const unexplained = telling.reduce((sum, runs) => sum + misfit(runs, width), 0);
    // A little better is chance, and the smaller width is the safer one.
    if (unexplained < best.unexplained * 0.98) best = { width, unexplained };
  }
  return Math.round(best.width * 10) / 10;
}

function atOnce({ beside }: MeasuredGate): number {
  return 1 + beside;
}

function tellsOfWidth(runs: readonly MeasuredGate[]): boolean {
  const counts = runs.map(atOnce).sort((a, b) => a - b);
  const [few, many] = [counts[SEEN - 1], counts.at(-SEEN)];
  return few !== undefined && many !== undefined && counts.length >= 2 * SEEN && many - few >= 0.5;
}

/** How far lengths are from what a width explains: a sum of ratios, so that no gate and no run that hung counts for more. */
function misfit(runs: readonly MeasuredGate[], width: number): number {
  const alone = runs.map((run) => Math.log(run.ms / slowdown(atOnce(run), width))).sort((a, b) => a - b);
  const middle = alone[Math.floor(alone.length / 2)] ?? 0;
  return alone.reduce((sum, one) => sum + Math.abs(one - middle), 0);
}

/** All gates of one candidate as if nothing had run beside them: how long it took, and the sum of their lengths (ms). */
interface GateSet {
  readonly tookMs: number;
  readonly workMs: number;
}

/**
 * What is known of whole sets: of candidates rather than of others, of green ones rather than of red ones, which end early. What
 * ran ahead may be one gate of many.
 */
function gateSets(judged: readonly MeasuredGate[], width: number): GateSet[] {
  const asked = judged.filter(({ of }) => of !== 'ahead');
  const commits = [...groupBy(asked, ({ of, commit }) => `${of} ${commit}`).values()];
  const green = commits.filter((runs) => runs.every(({ verdict }) => verdict === 'passed'));
  const candidates = green.filter((runs) => runs.some(({ of }) => of === 'candidate'));
  const [told] = [candidates, green, commits].filter((some) => some.length > 0);
  return (told ?? []).slice(0, RUNS_LOOKED_AT).map((runs) => gateSet(runs, width));
}

/** The latest run of each gate of one commit; time in which several ran counts once. */
function gateSet(runs: readonly MeasuredGate[], width: number): GateSet {
  const latest = new Map<string, MeasuredGate>();
  for (const run of runs) if ((latest.get(run.gate)?.at ?? '') <= run.at) latest.set(run.gate, run);
  const times = [...latest.values()].map((run) => {
    const from = Date.parse(run.at);
    return { from, to: from + Math.max(1, run.ms / slowdown(atOnce(run), width)) };
  });
  let [tookMs, reached] = [0, -Infinity];
  for (const { from, to } of times.sort((a, b) => a.from - b.from)) {
    tookMs += Math.max(0, to - Math.max(from, reached));
    reached = Math.max(reached, to);
  }
  return { tookMs, workMs: times.reduce((sum, { from, to }) => sum + to - from, 0) };
}

/** Red runs of trees that the same gate passed as well, of all runs. Null where nothing ran. */
function flakeShare(judged: readonly MeasuredGate[]): number | null {
  if (judged.length === 0) return null;
  const trees = groupBy(judged, ({ tree, gate, definition, platform }) =>
    [tree, gate, definition, platform].join('\0'),
  );
  const flaky = [...trees.values()].flatMap((runs) =>
    runs.some(({ verdict }) => verdict === 'passed') ? runs.filter(({ verdict }) => verdict === 'failed') : [],
  );
  return flaky.length / judged.length;
}
