import path from 'node:path';
import { SerialQueue } from '../../base/serialQueue';
import { bodyId } from '../../core/story/contentIds';
import type { Log } from '../../ports/log';
import type { Disk } from '../log/disk';
import { keepAside } from '../log/keepAside';
import type { StoreError } from '../storeError';
import { checkedBytes, DAMAGE_MARK, GONE_MARK, type CheckedText } from './checkedFile';
import { readContentId } from './contentId';
import type { ContentFiles } from './outputFile';
import { readOrNull } from '../readOrNull';

/** `keptIn` is the file that keeps it as it was found. */
export interface DamagedContent {
  readonly key: string;
  readonly what: string;
  readonly keptIn: string;
}

/** Whom to tell of texts that are not whole. */
export interface MendingOptions {
  /**
   * Told of a content that is damaged, before what is left of it takes its place. Without it nothing is ever written:
   * the store is somebody else's.
   */
  readonly onDamage?: (damaged: DamagedContent) => Promise<void>;
  /** Of these stories that should have a text there is none. They get one that says so, once this has resolved. */
  readonly onGone?: (keys: readonly string[]) => Promise<void>;
}

/** What mending needs of the store whose texts it mends. */
export interface MendedStore {
  filesOf(id: string): ContentFiles;
  makeFolder(folder: string): Promise<void>;
  failed(what: string, where: string, error: unknown): StoreError;
  readonly now: () => number;
  readonly disk: Disk;
  readonly log: Log;
}

/** Puts what is left in the place of texts that were damaged or lost on disk. */
export class TextMending {
  readonly #mends = new SerialQueue();

  constructor(
    private readonly store: MendedStore,
    private readonly told: MendingOptions,
  ) {}

  /** The text of a story is there from its beginning, so one that is not there was lost. It is told once. */
  async noteGone(keys: readonly string[]): Promise<void> {
    const { store, told } = this;
    if (keys.length === 0 || told.onGone === undefined) return;
    await told.onGone(keys);
    for (const key of keys) {
      const { checked } = store.filesOf(bodyId(key));
      store.log.warn(`store: ${checked} is gone`);
      await store.makeFolder(path.dirname(checked));
      await store.disk.replace(checked, checkedBytes(GONE_MARK));
    }
  }

  /**
   * What can be read of a content whose checksum does not fit. It is kept as it was found, told, and written anew: once,
   * however many read it at the same time. Null where the file is another by now, and is to be read again.
   */
  mend(id: string, read: { file: string; bytes: Buffer }, found: CheckedText): Promise<string | null> {
    return this.#mends.run(() => this.#mend(id, read, found));
  }

  async #mend(id: string, read: { file: string; bytes: Buffer }, found: CheckedText): Promise<string | null> {
    const { store, told } = this;
    const { checked } = store.filesOf(id);
    if (!(await isStill(read.file, read.bytes))) return null;
    const text = found.kind === 'damaged' ? `${DAMAGE_MARK}${found.left}` : found.text;
    store.log.warn(
      `store: ${checked} was damaged on disk${found.kind === 'mended' ? '; a flipped bit was set right' : ''}`,
    );
    if (told.onDamage === undefined) return text;
    try {
      const keptIn = await keepAside(checked, read.bytes, store.now());
      if (found.kind === 'damaged') await told.onDamage({ ...readContentId(id), keptIn });
      // What somebody saved meanwhile is the text now.
      if (!(await isStill(read.file, read.bytes))) return null;
      await store.disk.replace(checked, checkedBytes(text));
    } catch (error) {
      // It stays as it was found, and is mended and told once the disk takes it. Nobody takes it for the whole meanwhile.
      store.log.warn(store.failed('A damaged content could not be mended', checked, error).message);
    }
    return text;
  }
}

async function isStill(file: string, bytes: Buffer): Promise<boolean> {
  return (await readOrNull(file))?.equals(bytes) === true;
}
