import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { messageOf } from '../../base/messageOf';
import type { Log } from '../../ports/log';
import { keepAside } from '../log/keepAside';
import { replaceFileDurably, syncFolder } from '../log/durableFile';
import { errorCode } from '../storeError';
import { checkedBytes, readChecked } from './checkedFile';

/** A body that waits beside the others until the record of its story says that it counts. */
interface Waiting {
  readonly key: string;
  /** `bodyAt` of the record that comes with it, in ms since 1970: that record alone says that it counts. */
  readonly stamp: number;
  readonly file: string;
}

/** What is left of a body that was being written when its writer was killed. */
const TORN = /\.checked\.\d+$/;
const NAME = /^([A-Za-z0-9_-]{1,64})@(\d{1,15})\.checked$/;

/**
 * Body and record of a story change together though they lie in two files: the new body is written beside the old one, the
 * record decides, and only then the new body takes the old one's place. Whoever is killed in between leaves a body that the
 * next start puts in place or removes, by what the record says.
 */
export class BodyEdits {
  /** Bodies that count by their records and are not in their place yet. */
  readonly #decided = new Map<string, Waiting>();

  /** `bodyFile` gives the file of a story's body, whose folder it makes where it is missing. */
  constructor(
    private readonly folder: string,
    private readonly bodyFile: (key: string) => Promise<string>,
    private readonly log: Log,
  ) {}

  /**
   * Replaces a body together with what `decide` writes. Where that fails the old body stays. Once it has decided, the new body
   * counts, also where the disk does not let it into its place for now.
   */
  async replace(
    key: string,
    { body, stamp }: { body: string; stamp: number },
    decide: () => Promise<void>,
  ): Promise<void> {
    await this.#makeFolder();
    const file = path.join(this.folder, `${key}@${stamp}.checked`);
    await replaceFileDurably(file, checkedBytes(body));
    try {
      await decide();
    } catch (error) {
      await rm(file, { force: true }).catch((reason: unknown) => this.log.error(`store: ${messageOf(reason)}`));
      throw error;
    }
    const before = this.#decided.get(key);
    this.#decided.set(key, { key, stamp, file });
    // No record counts the older one any more, so it may stay where it cannot be removed.
    if (before !== undefined) await rm(before.file, { force: true }).catch(() => undefined);
    await this.#settle();
  }

  /** Where a body lies that counts and is not in its place; null where there is none such. */
  fileOf(key: string): string | null {
    return this.#decided.get(key)?.file ?? null;
  }

  async #settle(): Promise<void> {
    for (const waiting of [...this.#decided.values()]) {
      try {
        await this.#putInPlace(waiting);
        this.#decided.delete(waiting.key);
      } catch (error) {
        this.log.warn(`store: the text of ${waiting.key} is kept in ${waiting.file} for now: ${messageOf(error)}`);
      }
    }
  }

  /** Ends what an earlier process was killed in. `bodyAt`: of a story's record, in ms since 1970; null where there is none. */
  async finish(bodyAt: (key: string) => Promise<number | null>, now: number): Promise<void> {
    for (const waiting of await this.#waiting()) {
      const counts = waiting.stamp === (await bodyAt(waiting.key));
      if (counts && (await this.#isWhole(waiting.file, now))) await this.#putInPlace(waiting);
      else await rm(waiting.file, { force: true });
    }
  }

  async #putInPlace({ key, file }: Waiting): Promise<void> {
    const place = await this.bodyFile(key);
    await rename(file, place);
    await syncFolder(path.dirname(place));
    await syncFolder(this.folder);
  }

  async #makeFolder(): Promise<void> {
    const made = await mkdir(this.folder, { recursive: true });
    if (made !== undefined) await syncFolder(path.dirname(this.folder));
  }

  async #waiting(): Promise<Waiting[]> {
    const names = await readdir(this.folder).catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT') return [];
      throw error;
    });
    for (const torn of names.filter((name) => TORN.test(name))) await rm(path.join(this.folder, torn), { force: true });
    return names.flatMap((name) => {
      const [, key, stamp] = NAME.exec(name) ?? [];
      return key === undefined ? [] : [{ key, stamp: Number(stamp), file: path.join(this.folder, name) }];
    });
  }

  /** A damaged one is kept and told; the old body stays. */
  async #isWhole(file: string, now: number): Promise<boolean> {
    const bytes = await readFile(file);
    if (readChecked(bytes).kind === 'whole') return true;
    const keptIn = await keepAside(file, bytes, now);
    this.log.error(`store: a body that was being saved was damaged on disk; it was put aside in ${keptIn}`);
    return false;
  }
}
