import { isFinished, mergeJobSchema, type MergeJob, type MergeStep } from '../../core/landing/job';
import { IN_WORDS } from '../../core/words/inWords';
import type { Log } from '../../ports/log';
import type { JobJournal } from '../../ports/store';
import { encodeCount, encodeJob, readJournal } from './jobRecords';
import { realDisk } from '../log/disk';
import { NextLog } from '../log/nextLog';
import { openLog, type LogOpening, type LogOptions } from '../log/openLog';
import type { RecordLog } from '../log/recordLog';
import { SerialQueue } from '../../base/serialQueue';
import { messageOf } from '../../base/messageOf';

/** Called before and after a step is written; a test ends the process there. */
export type JournalObserver = (
  step: MergeStep | 'stopped',
  moment: 'before' | 'after',
  job: MergeJob,
) => void | Promise<void>;

export interface JournalOptions extends LogOptions {
  readonly log: Log;
  readonly observe?: JournalObserver;
  /** The file is shortened once it holds this many records that nobody needs. */
  readonly compactAfter?: number;
}

const COMPACT_AFTER = 1_000;

/** The record of all merge jobs: every step is on disk before its side effect. */
export class FileJobJournal implements JobJournal {
  #byId = new Map<string, MergeJob>();
  readonly #byStory = new Map<string, Set<string>>();
  readonly #open = new Set<string>();
  readonly #shortenings = new SerialQueue();
  #list: readonly MergeJob[] | null = null;
  #isOver: (storyKey: string) => boolean = () => false;
  #state: 'open' | 'closing' = 'open';
  /** The last count that was given to a record, be it on disk or not. */
  #given = 0;

  private constructor(
    private readonly records: RecordLog,
    private content: { jobs: readonly MergeJob[]; count: number; superseded: number },
    private readonly options: JournalOptions,
    /** How its log was found. */
    readonly opening: Omit<LogOpening, 'log' | 'records'>,
  ) {
    this.#take(content.jobs);
  }

  static async open(file: string, options: JournalOptions): Promise<FileJobJournal> {
    const { log: records, records: found, ...opening } = await openLog(file, options);
    const { jobs, kept, count } = readJournal(found, options.log);
    const content = { jobs, count, superseded: found.length - kept.length };
    const journal = new FileJobJournal(records, content, options, opening);
    await journal.#shortenIfLong();
    return journal;
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

  /** How many records there have ever been on disk. */
  get count(): number {
    return this.content.count;
  }

  /** Goes on counting from here, where so many are known to have been there. */
  async countFrom(count: number): Promise<void> {
    if (count <= this.content.count) return;
    await this.records.append(encodeCount(count));
    this.content.count = count;
  }

  /** Rejects with a StoreError, and changes nothing, where the record cannot be written. */
  async append(given: MergeJob): Promise<void> {
    const job = mergeJobSchema.parse(given, IN_WORDS); // what could not be read back must not be written
    const step = job.stopped === null ? job.step : 'stopped';
    await this.options.observe?.(step, 'before', job);
    const count = Math.max(this.#given, this.content.count) + 1;
    this.#given = count;
    await this.records.append(encodeJob(job, count));
    this.content.count = Math.max(count, this.content.count);
    if (this.#byId.has(job.id)) this.content.superseded += 1;
    this.#byId.set(job.id, job);
    this.#index(job);
    this.#list = null;
    void this.#shortenIfLong();
    await this.options.observe?.(step, 'after', job);
  }

  /**
   * Forgets what nobody needs, and from now on the finished jobs of stories that are `over`. Appends go on meanwhile.
   * Rejects with a StoreError, and nothing has changed, where the disk fails.
   */
  shorten(isOver: (storyKey: string) => boolean = this.#isOver): Promise<void> {
    this.#isOver = isOver;
    return this.#shortenings.run(() => this.#shorten());
  }

  async close(): Promise<void> {
    this.#state = 'closing';
    await this.#shortenings.idle();
    await this.records.close();
  }

  async #shortenIfLong(): Promise<void> {
    const { compactAfter = COMPACT_AFTER, log } = this.options;
    if (this.content.superseded < compactAfter) return;
    this.content.superseded = 0; // should it fail, not before as many again
    await this.shorten().catch((error: unknown) => log.warn(`store: ${messageOf(error)} It is tried again later.`));
  }

  async #shorten(): Promise<void> {
    if (this.#state === 'closing') return;
    const { log, disk = realDisk } = this.options;
    const end = this.records.noteLater();
    const found: Buffer[] = [];
    for await (const data of this.records.readAlong(end)) found.push(data);
    const { kept, jobs } = readJournal(found, log, this.#isOver);
    const next = await NextLog.begin(this.records.path, disk, 'first');
    try {
      next.write(kept);
      await next.file.sync();
    } catch (error) {
      await next.abandon();
      throw error;
    }
    await this.records.replaceBy(next, (later) => next.write(later));
    const ids = new Set(jobs.map((job) => job.id));
    const before = new Set(readJournal(found, log).jobs.map((job) => job.id));
    this.#take(this.jobs().filter((job) => ids.has(job.id) || !before.has(job.id)));
    this.content.superseded = 0;
  }

  #take(jobs: readonly MergeJob[]): void {
    this.#byId = new Map(jobs.map((job) => [job.id, job]));
    this.#byStory.clear();
    this.#open.clear();
    this.#list = null;
    for (const job of jobs) this.#index(job);
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
}
