import { messageOf } from '../base/messageOf';
import { watch, type FSWatcher } from 'node:fs';
import path from 'node:path';
import type { MergeJob } from '../core/landing/job';
import type { Disposable } from '../base/disposable';
import type { Log } from '../ports/log';
import type { ContentStore, StoryStore } from '../ports/store';
import { FileContentStore } from './content/contentStore';
import { readJournal } from './journal/jobRecords';
import { Listeners } from '../base/listeners';
import { LogReader } from './log/logReader';
import { SerialQueue } from '../base/serialQueue';
import { explainDiskError } from './storeError';
import { storeFolder, type StoreFolder } from './storeFolder';
import { StoryDocument } from './index/storyDocument';
import { StoryHistory } from './index/storyHistory';
import { replay } from './index/replay';

/** The store as those see it who do not lead: it follows what the leader writes and never writes itself. */
export interface ReadOnlyStore {
  readonly stories: Pick<StoryStore, 'stories' | 'get' | 'tombstones' | 'history' | 'onDidChange'>;
  readonly content: Pick<ContentStore, 'read'>;
  /** As `JobJournal.jobs`. */
  jobs(): readonly MergeJob[];
  /** Reads what is new on disk. Called by itself when the files change; file systems do not report every change. */
  reload(): Promise<void>;
  close(): Promise<void>;
}

/** Opens the store for reading; a folder that does not exist yet is an empty store. */
export async function openReadOnly({ dir, log }: { dir: string; log: Log }): Promise<ReadOnlyStore> {
  const follower = new Follower(storeFolder(dir), log);
  await follower.reload();
  return {
    stories: follower,
    content: new FileContentStore(storeFolder(dir).content, log),
    jobs: () => follower.jobs(),
    reload: () => follower.reload(),
    close: () => follower.close(),
  };
}

class Follower {
  readonly #storyLog: LogReader;
  readonly #jobLog: LogReader;
  readonly #listeners: Listeners<undefined>;
  readonly #reloads = new SerialQueue();
  #document: StoryDocument;
  #past = new StoryHistory();
  #jobRecords: readonly Buffer[] = [];
  #jobList: readonly MergeJob[] = [];
  #watcher: FSWatcher | null = null;
  #reloadAsked = false;
  #closed = false;

  constructor(
    private readonly folder: StoreFolder,
    private readonly log: Log,
  ) {
    this.#storyLog = new LogReader(folder.stories);
    this.#jobLog = new LogReader(folder.jobs);
    this.#listeners = new Listeners(log);
    this.#document = new StoryDocument(log);
  }

  stories: StoryStore['stories'] = () => this.#document.stories();
  get: StoryStore['get'] = (key) => this.#document.get(key);
  tombstones: StoryStore['tombstones'] = () => this.#document.tombstones();
  history: StoryStore['history'] = (query) => this.#past.query(query);
  onDidChange: StoryStore['onDidChange'] = (listener): Disposable => this.#listeners.add(listener);

  jobs(): readonly MergeJob[] {
    return this.#jobList;
  }

  reload(): Promise<void> {
    return this.#reloads.run(async () => {
      if (this.#closed) return;
      this.#reloadAsked = false;
      this.#watchFolder(); // before reading, so that no change falls between the two
      try {
        const stories = await this.#readStories();
        const jobs = await this.#readJobs();
        if (stories || jobs) this.#listeners.call(undefined);
      } catch (error) {
        throw explainDiskError('The stories could not be read', this.folder.root, error);
      }
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#watcher?.close();
    await this.#reloads.idle();
    this.#listeners.clear();
    this.#document.dispose();
  }

  async #readStories(): Promise<boolean> {
    const news = await this.#storyLog.readNew();
    if (news.kind === 'same') return false;
    const anew = news.kind === 'replaced';
    const document = anew ? new StoryDocument(this.log) : this.#document;
    const past = anew ? new StoryHistory() : this.#past;
    await replay(news.records, document, past, this.log, () => document.show());
    if (!anew) return true;
    this.#document.dispose();
    this.#document = document;
    this.#past = past;
    return true;
  }

  async #readJobs(): Promise<boolean> {
    const news = await this.#jobLog.readNew();
    if (news.kind === 'same') return false;
    const { jobs, kept } = readJournal(
      news.kind === 'more' ? [...this.#jobRecords, ...news.records] : news.records,
      this.log,
    );
    this.#jobRecords = kept;
    this.#jobList = jobs;
    return true;
  }

  #watchFolder(): void {
    if (this.#watcher !== null) return;
    try {
      this.#watcher = watch(this.folder.root, { persistent: false }, (_, name) => this.#changed(name));
      this.#watcher.on('error', (error) => this.#stopWatching(error));
    } catch (error) {
      this.log.debug(`store: not watching ${this.folder.root} yet: ${messageOf(error)}`);
    }
  }

  #stopWatching(error: Error): void {
    this.log.warn(`store: ${this.folder.root} is not watched any more: ${error.message}`);
    this.#watcher?.close();
    this.#watcher = null;
  }

  /** `name` is null where the platform does not say which file changed. */
  #changed(name: string | null): void {
    const logs = [this.folder.stories, this.folder.jobs].map((file) => path.basename(file));
    if (this.#reloadAsked || (name !== null && !logs.includes(name))) return;
    this.#reloadAsked = true;
    this.reload().catch((error: unknown) => this.log.warn(`store: ${messageOf(error)}`));
  }
}
