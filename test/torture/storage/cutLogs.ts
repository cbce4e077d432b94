import { isDeepStrictEqual } from 'node:util';
import { readLog } from '../../../src/store/log/recordFormat';
import { salvage } from '../../../src/store/log/salvage';

/** Of these the store knows just what reading them gives: whole records, and what can be told of the rest. */
const READ_WHOLE = ['stories.log', 'jobs.log'];

/** Cuts of a log behind one another that the store cannot tell apart. Offsets in bytes. */
export interface CutRun {
  readonly log: string;
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/**
 * Every cut of every log at each byte, or at every `step`th. Each is read; those that give the same, which are the cuts
 * within one record, are one run, so that the whole store need be opened for its ends alone.
 */
export function* cutRuns(files: ReadonlyMap<string, Buffer>, step: number): Generator<CutRun> {
  for (const [log, bytes] of files) {
    if (!log.endsWith('.log')) continue;
    yield* runsOf(log, bytes, step);
  }
}

function* runsOf(log: string, bytes: Buffer, step: number): Generator<CutRun> {
  const read = (at: number): unknown => (READ_WHOLE.includes(log) ? readingOf(bytes.subarray(0, at)) : at);
  for (let from = 0; from < bytes.length;) {
    const opened = read(from);
    let next = from + step;
    while (next < bytes.length && isDeepStrictEqual(read(next), opened)) next += step;
    yield { log, from, to: next - step, count: (next - from) / step };
    from = next;
  }
}

/** All that opening a log learns of it. */
function readingOf(bytes: Buffer): unknown {
  const { records, header, end } = readLog(bytes);
  return { count: records.length, header, end, rest: end.length < bytes.length ? salvage(bytes, end.length) : null };
}
