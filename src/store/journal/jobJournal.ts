import { isFinished, mergeJobSchema, type MergeJob, type MergeStep } from '../../core/landing/job';
import { IN_WORDS } from '../../core/words/inWords';
import type { Log } from '../../ports/log';
import type { JobJournal } from '../../ports/store';
import { readJournal } from './jobRecords';
import { RecordLog, rewriteLog, type LogOpening, type LogOptions } from '../log/recordLog';
import { explainDiskError } from '../storeError';

/** Called before and after a step is written; a test ends the process there. */
export type JournalObserver = (step: MergeStep | 'stopped', moment: 'before' | 'after') => void | Promise<void>;

export interface JournalOptions extends LogOptions {
  readonly log: Log;
  readonly observe?: JournalObserver;
  /** The file is rewritten at open once it holds this many records that nobody needs. */
  readonly compactAfter?: number;
}

const COMPACT_AFTER = 1_000;

/** The record of all merge jobs: every step is on disk before its side effect. */
export class FileJobJournal implements JobJournal {
  readonly #byId: Map<string, MergeJob>;
  readonly #byStory = new Map<string, Set<string>>();
  readonly #open = new Set<string>();
  #list: readonly MergeJob[] | null = null;

  private constructor(
    private readonly records: RecordLog,
    jobs: readonly MergeJob[],
    private readonly observe: JournalObserver | undefined,
    /** How its log was found. */
    readonly opening: Omit<LogOpening, 'log' | 'records'>,
  ) {
    this.#byId = new Map(jobs.map((job) => [job.id, job]));
    for (const job of jobs) this.#index(job);
  }

  static async open(file: string, options: JournalOptions): Promise<FileJobJournal> {
    const { log, observe, compactAfter = COMPACT_AFTER } = options;
    const opening = await RecordLog.open(file, options);
    const { jobs, kept } = readJournal(opening.records, log);
    if (opening.records.length - kept.length < compactAfter) {
      return new FileJobJournal(opening.log, jobs, observe, opening);
    }
    await opening.log.close();
    await rewriteLog(file, kept).catch((error: unknown) => {
      log.warn(explainDiskError('The merge journal was not shortened', file, error).message);
    });
    const again = await RecordLog.open(file, options);
    return new FileJobJournal(again.log, jobs, observe, opening);
  }

  /** The latest record of each job, in the order in which the jobs were first seen. */
  jobs(): readonly MergeJob[] {
    return (this.#list ??= [...this.#byId.values()]);
  }

  openJobs(): readonly MergeJob[] {
    return this.#named(this.#open);
  }

  jobsOf(storyKey: string): readonly MergeJob[] {
    return this.#named(this.#byStory.get(storyKey) ?? []);
  }

  job(id: string): MergeJob | undefined {
    return this.#byId.get(id);
  }

  #named(ids: Iterable<string>): MergeJob[] {
    return [...ids].flatMap((id) => this.#byId.get(id) ?? []);
  }

  #index(job: MergeJob): void {
    if (isFinished(job)) this.#open.delete(job.id);
    else this.#open.add(job.id);
    const ofStory = this.#byStory.get(job.storyKey) ?? new Set();
    this.#byStory.set(job.storyKey, ofStory.add(job.id));
  }

  /** Rejects with a StoreError, and changes nothing, where the record cannot be written. */
  async append(given: MergeJob): Promise<void> {
    const job = mergeJobSchema.parse(given, IN_WORDS); // what could not be read back must not be written
    const step = job.stopped === null ? job.step : 'stopped';
    await this.observe?.(step, 'before');
    await this.records.append(Buffer.from(JSON.stringify(job)));
    this.#byId.set(job.id, job);
    this.#index(job);
    this.#list = null;
    await this.observe?.(step, 'after');
  }

  close(): Promise<void> {
    return this.records.close();
  }
}
