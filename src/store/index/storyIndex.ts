import { messageOf } from '../../base/messageOf';
import type { Disposable } from '../../base/disposable';
import type { Log } from '../../ports/log';
import type { Tombstone } from '../../ports/store';
import type { HistoryEntry } from '../../core/story/history';
import type { HistoryQuery } from '../../ports/store';
import type { StoryRecord } from '../../core/story/story';
import { decodeChange, encodeChange } from '../log/changeRecord';
import { encodeState, type ChangeState } from './changeState';
import { remakeLog } from './remakeLog';
import { recordsAt } from './recordsAt';
import { replay } from './replay';
import { Listeners } from '../../base/listeners';
import type { LogEnd } from '../log/recordFormat';
import { RecordLog, type LogOpening, type LogOptions } from '../log/recordLog';
import { SerialQueue } from '../../base/serialQueue';
import { StoryDocument } from './storyDocument';
import { StoryHistory } from './storyHistory';

/** A change that is on disk and visible. `end` is where the log ended with it. */
export interface Commit {
  readonly keys: readonly string[];
  readonly entry: HistoryEntry;
  readonly end: LogEnd;
}

/** What can be read of an index, whoever writes it. */
export interface IndexView {
  stories(): readonly StoryRecord[];
  get(key: string): StoryRecord | undefined;
  tombstone(key: string): Tombstone | undefined;
  tombstones(): readonly Tombstone[];
  /** Lines of the history that are in memory: the newest, if not all. */
  history(query: HistoryQuery): readonly HistoryEntry[];
  /** Lines of the whole history. */
  readHistory(query: HistoryQuery): Promise<readonly HistoryEntry[]>;
  /** Archived stories that are not among `stories`. */
  archivedElsewhere(): Promise<readonly StoryRecord[]>;
}

/** The index and its log: the durable truth about all stories. */
export class StoryIndex implements IndexView {
  readonly #writes = new SerialQueue();
  readonly #commits: Listeners<Commit>;
  /** The document holds a change that is not in the log. */
  #ahead = false;

  private constructor(
    private readonly records: RecordLog,
    private readonly document: StoryDocument,
    private readonly past: StoryHistory,
    private readonly log: Log,
    /** How its log was found. */
    readonly opening: Omit<LogOpening, 'log' | 'records'>,
    /** Stories of which a whole record stands behind the last one that is lost. */
    readonly vouched: ReadonlySet<string>,
  ) {
    this.#commits = new Listeners(log);
  }

  /** `known` gives lines of the history that are kept elsewhere; asked for only where the log lost some. */
  static async open(
    file: string,
    log: Log,
    options: LogOptions,
    known: () => readonly HistoryEntry[] = () => [],
  ): Promise<StoryIndex> {
    const vouched = new Set<string>();
    const opening = await RecordLog.open(file, {
      ...options,
      remake: (whole, behind) => {
        for (const record of behind.records.slice(behind.sound)) vouched.add(decodeChange(record)?.entry?.key ?? '');
        return remakeLog(whole, behind, known(), log);
      },
    });
    const document = new StoryDocument(log);
    const past = new StoryHistory();
    await replay(opening.records, document, past, log, () => document.show());
    return new StoryIndex(opening.log, document, past, log, opening, vouched);
  }

  stories(): readonly StoryRecord[] {
    return this.document.stories();
  }

  get(key: string): StoryRecord | undefined {
    return this.document.get(key);
  }

  /** Whether there is an entry under this key, also one that cannot be read. */
  hasEntry(key: string): boolean {
    return this.document.hasEntry(key);
  }

  hasNumber(number: number, exceptKey: string): boolean {
    return this.document.hasNumber(number, exceptKey);
  }

  tombstone(key: string): Tombstone | undefined {
    return this.document.tombstone(key);
  }

  tombstones(): readonly Tombstone[] {
    return this.document.tombstones();
  }

  history(query: HistoryQuery): readonly HistoryEntry[] {
    return this.past.query(query);
  }

  readHistory(query: HistoryQuery): Promise<readonly HistoryEntry[]> {
    return Promise.resolve(this.past.query(query));
  }

  archivedElsewhere(): Promise<readonly StoryRecord[]> {
    return Promise.resolve([]);
  }

  async find(key: string): Promise<StoryRecord | null> {
    await Promise.resolve();
    return this.get(key) ?? null;
  }

  /** Every story as it was at a moment (ISO 8601 in UTC), by number. */
  async recordsAt(time: string): Promise<readonly StoryRecord[]> {
    return recordsAt(await this.#writes.run(() => this.records.reread()), time);
  }

  /** Where the log of what is visible ends. */
  get end(): LogEnd {
    return this.records.end;
  }

  /** Writes a story's record; it is on disk and visible when this resolves, and neither when it rejects. */
  put(story: StoryRecord, entry: HistoryEntry): Promise<void> {
    return this.#writes.run(() => this.#commit(entry, { story }, () => this.document.put(story)));
  }

  /** Adds a line to the history alone. */
  remember(entry: HistoryEntry): Promise<void> {
    return this.#writes.run(() => this.#commit(entry, null, () => new Uint8Array()));
  }

  bury(tombstone: Tombstone, entry: HistoryEntry): Promise<void> {
    return this.#writes.run(() => this.#commit(entry, { buried: tombstone }, () => this.document.bury(tombstone)));
  }

  /** Takes the story's tombstone away and puts the story in its place, in one change. */
  unbury(story: StoryRecord, entry: HistoryEntry): Promise<void> {
    return this.#writes.run(() => this.#commit(entry, { story }, () => this.document.unbury(story)));
  }

  /** Called after each change, before the call that made it resolves. */
  onCommit(listener: (commit: Commit) => void): Disposable {
    return this.#commits.add(listener);
  }

  async close(): Promise<void> {
    await this.#writes.idle();
    await this.records.close();
    this.#commits.clear();
    this.document.dispose();
  }

  async #commit(given: HistoryEntry, state: ChangeState | null, edit: () => Uint8Array): Promise<void> {
    if (this.#ahead) await this.#rebuild();
    const entry = { ...given, sequence: this.past.last + 1 };
    this.#ahead = true;
    const update = edit();
    try {
      const end = await this.records.append(
        encodeChange({ entry, update, state: state === null ? new Uint8Array() : encodeState(state) }),
      );
      this.#ahead = false;
      this.past.add(entry);
      this.#commits.call({ keys: this.document.show(), entry, end });
    } catch (error) {
      // Where even reading fails now, the next write tries again before it changes anything.
      await this.#rebuild().catch((reason: unknown) => this.log.error(`store: ${messageOf(reason)}`));
      throw error;
    }
  }

  async #rebuild(): Promise<void> {
    const records = await this.records.reread();
    this.document.restart();
    await replay(records, this.document, new StoryHistory(), this.log);
    this.document.show(); // only now: until here it would show less than there is
    this.#ahead = false;
  }
}
