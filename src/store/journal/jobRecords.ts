import type { Log } from '../../ports/log';
import { isFinished, MERGE_STEPS, mergeJobSchema, type MergeJob } from '../../core/landing/job';

/** How many finished jobs are kept besides those that landed. */
const KEPT_FINISHED = 200;

/** A record of the journal; `job` is null for one that this version cannot read. */
interface JobRecord {
  readonly data: Buffer;
  readonly job: MergeJob | null;
}

export interface JournalContent {
  /** The latest record of each job that is kept, oldest first. */
  readonly jobs: readonly MergeJob[];
  /** The records to keep, as they stand in the log. */
  readonly kept: readonly Buffer[];
}

/** Null for a record that is not a merge job. Never throws. */
function readJob(data: Buffer): MergeJob | null {
  try {
    return mergeJobSchema.parse(JSON.parse(data.toString('utf8')));
  } catch {
    return null;
  }
}

/** Whether the target moved to the job's candidate. */
function hasLanded(job: MergeJob): boolean {
  return job.stopped === null && MERGE_STEPS.indexOf(job.step) >= MERGE_STEPS.indexOf('landed');
}

/**
 * Reads a journal's records. What may be forgotten: superseded records, and jobs that finished without landing before
 * the newest 200 of them. A landing is never forgotten, nor is a record that a later version may understand.
 */
export function readJournal(data: readonly Buffer[], log: Log): JournalContent {
  const records = data.map((one): JobRecord => ({ data: one, job: readJob(one) }));
  const unreadable = records.filter((record) => record.job === null).length;
  if (unreadable > 0)
    log.warn(`store: ${unreadable} records of the merge journal cannot be read; they are kept as they are`);
  const latest = new Map<string, JobRecord>();
  for (const record of records) {
    if (record.job === null) continue;
    latest.delete(record.job.id); // so that the map is in the order of the latest records
    latest.set(record.job.id, record);
  }
  const forgotten = new Set(oldFinished([...latest.values()]));
  const current = new Set([...latest.values()].filter((record) => !forgotten.has(record)));
  const kept = records.filter((record) => record.job === null || hasLanded(record.job) || current.has(record));
  return { jobs: [...current].flatMap(({ job }) => job ?? []), kept: kept.map((record) => record.data) };
}

function oldFinished(latest: readonly JobRecord[]): JobRecord[] {
  const finished = latest.filter(({ job }) => job !== null && isFinished(job) && !hasLanded(job));
  return finished.slice(0, Math.max(0, finished.length - KEPT_FINISHED));
}
