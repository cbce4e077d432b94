import * as z from 'zod/mini';
import type { Log } from '../../ports/log';
import { isFinished, mergeJobSchema, type MergeJob } from '../../core/landing/job';
import { hasLanded } from '../../core/recovery/landedBefore';

/** How many finished jobs are kept besides those that landed. */
const KEPT_FINISHED = 200;

/** A record of the journal; `job` is null for one that this version cannot read, and for a mere count. */
interface JobRecord {
  readonly data: Buffer;
  readonly job: MergeJob | null;
  /** How many records there had ever been with this one; 0 where it does not say. */
  readonly count: number;
  readonly isReadable: boolean;
}

export interface JournalContent {
  /** The latest record of each job that is kept, oldest first. */
  readonly jobs: readonly MergeJob[];
  /** The records to keep, as they stand in the log. */
  readonly kept: readonly Buffer[];
  /** How many records there have ever been. */
  readonly count: number;
}

const countSchema = z.object({ count: z.int().check(z.minimum(1)) });

/** A job as the journal keeps it. `count` is how many records there have ever been with this one. */
export function encodeJob(job: MergeJob, count: number): Buffer {
  return Buffer.from(JSON.stringify({ ...job, count }));
}

/** A record that says nothing but how many there have been. */
export function encodeCount(count: number): Buffer {
  return Buffer.from(JSON.stringify({ count }));
}

/** Never throws. */
function readRecord(data: Buffer): JobRecord {
  const nothing = { data, job: null, count: 0, isReadable: false };
  try {
    const json: unknown = JSON.parse(data.toString('utf8'));
    const counted = countSchema.safeParse(json);
    const count = counted.success ? counted.data.count : 0;
    const job = mergeJobSchema.safeParse(json);
    const isMereCount = counted.success && Object.keys(json as object).length === 1;
    return { data, job: job.success ? job.data : null, count, isReadable: job.success || isMereCount };
  } catch {
    return nothing;
  }
}

/**
 * Reads a journal's records. What may be forgotten: superseded records, jobs that finished without landing before the
 * newest 200 of them, and finished jobs of stories that are `over`, of which the archive knows all there is to know. A
 * record that a later version may understand is never forgotten, nor is the last one, which has the count.
 */
export function readJournal(
  data: readonly Buffer[],
  log: Log,
  isOver: (storyKey: string) => boolean = () => false,
): JournalContent {
  const records = data.map(readRecord);
  const unreadable = records.filter((record) => !record.isReadable).length;
  if (unreadable > 0)
    log.warn(`store: ${unreadable} records of the merge journal cannot be read; they are kept as they are`);
  const latest = new Map<string, JobRecord>();
  for (const record of records) {
    if (record.job === null) continue;
    latest.delete(record.job.id); // so that the map is in the order of the latest records
    latest.set(record.job.id, record);
  }
  const isForgotten = ({ job }: JobRecord): boolean => job !== null && isFinished(job) && isOver(job.storyKey);
  const forgotten = new Set([...oldFinished([...latest.values()]), ...[...latest.values()].filter(isForgotten)]);
  const current = new Set([...latest.values()].filter((record) => !forgotten.has(record)));
  const last = records.at(-1);
  const isKept = (record: JobRecord): boolean =>
    !record.isReadable || record === last || current.has(record) || (isLanding(record) && !isOver(record.job.storyKey));
  const kept = records.filter(isKept).map((record) => record.data);
  const count = Math.max(data.length, ...records.map((record) => record.count));
  return { jobs: [...current].flatMap(({ job }) => job ?? []), kept, count };
}

function isLanding(record: JobRecord): record is JobRecord & { job: MergeJob } {
  return record.job !== null && hasLanded(record.job);
}

function oldFinished(latest: readonly JobRecord[]): JobRecord[] {
  const finished = latest.filter(({ job }) => job !== null && isFinished(job) && !hasLanded(job));
  return finished.slice(0, Math.max(0, finished.length - KEPT_FINISHED));
}
