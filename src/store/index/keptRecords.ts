import path from 'node:path';
import type { HistoryEntry } from '../../core/story/history';
import type { StoryRecord } from '../../core/story/story';
import type { Disk } from '../log/disk';
import { KeptFolder, keptIn, type KeptDamage } from '../log/keptFolder';
import type { KeptName } from '../log/snapshotRecord';
import { KeptArchive, readStories, restoredArchive } from './keptArchive';
import { KeptHistory, restoredHistory } from './keptHistory';

/** What others know of stories and their past. */
export interface KnownElsewhere {
  readonly stories: readonly StoryRecord[];
  readonly history: readonly HistoryEntry[];
}

export interface KeptNames {
  readonly history: readonly KeptName[];
  readonly archive: readonly KeptName[];
}

export interface KeptRecordsOptions {
  /** The store's folder. */
  readonly root: string;
  readonly disk: Disk;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Told of each file that is not whole, before it is written anew. */
  readonly onDamage: (damage: KeptDamage & { readonly what: 'history' | 'archive' }) => Promise<void>;
  readonly known: () => Promise<KnownElsewhere>;
  /** Whether a story is in the index, or was deleted: then the archive's record of it counts no more. */
  readonly isHere: (key: string) => boolean;
}

/** What has left the hot log: the older history, and archived stories. */
export class KeptRecords {
  readonly history: KeptHistory;
  readonly archive: KeptArchive;
  readonly #folders: readonly KeptFolder[];

  private constructor(
    private readonly options: KeptRecordsOptions,
    names: KeptNames,
  ) {
    const history = this.#folder('history', names.history, async (name, left) =>
      restoredHistory(name, left, (await options.known()).history),
    );
    const archive = this.#folder('archive', names.archive, async (_, left) => {
      const { stories, isWhole } = await this.#archivedElsewhere();
      return { parts: restoredArchive(left, stories), isAll: isWhole };
    });
    this.#folders = [history, archive];
    this.history = new KeptHistory(history);
    this.archive = new KeptArchive(archive);
  }

  /** `names` are the files that belong to the log; null where it does not say, and all that are there count. */
  static async open(options: KeptRecordsOptions, names: KeptNames | null): Promise<KeptRecords> {
    const { root } = options;
    if (names !== null) return new KeptRecords(options, names);
    const [history, archive] = await Promise.all([
      keptIn(path.join(root, 'history')),
      keptIn(path.join(root, 'archive')),
    ]);
    return new KeptRecords(options, { history, archive });
  }

  /** These files belong to the log from now on, and no others. */
  use({ history, archive }: KeptNames): void {
    this.history.use(history);
    this.archive.use(archive);
  }

  /** Notices files that are missing or shortened. */
  async look(): Promise<void> {
    for (const folder of this.#folders) await folder.look();
  }

  /** Reads everything once, so that whatever is damaged is noticed. */
  async check(): Promise<void> {
    for (const folder of this.#folders) await folder.check();
  }

  /** Removes what a crash left of an attempt. */
  async tidy(): Promise<void> {
    for (const folder of this.#folders) await folder.tidy();
  }

  #folder(
    what: 'history' | 'archive',
    names: readonly KeptName[],
    restore: ConstructorParameters<typeof KeptFolder>[0]['restore'],
  ): KeptFolder {
    const { root, disk, now, onDamage } = this.options;
    const tell = (damage: KeptDamage): Promise<void> => onDamage({ ...damage, what });
    return new KeptFolder({ folder: path.join(root, what), disk, now, onDamage: tell, restore }, names);
  }

  /** Archived stories by the history, which says what every story was, and by what others know. */
  async #archivedElsewhere(): Promise<{ stories: StoryRecord[]; isWhole: boolean }> {
    const { stories, isWhole } = await this.history.stories();
    const past = readStories([...stories.values()]);
    const known = (await this.options.known()).stories;
    const found = new Map([...past, ...known].map((story) => [story.key, story]));
    const archived = [...found.values()].filter(
      ({ key, stage }) => stage.name === 'Archived' && !this.options.isHere(key),
    );
    return { stories: archived, isWhole: isWhole || known.length > 0 };
  }
}
