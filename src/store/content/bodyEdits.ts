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
  /** `updatedAt` of the record that comes with it, in ms since 1970. */
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
  /** Bodies that could not be put in their place; whoever saved them was told so. */
  readonly #left = new Map<string, string>();

  /** `bodyFile` gives the file of a story's body, whose folder it makes where it is missing. */
  constructor(
    private readonly folder: string,
    private readonly bodyFile: (key: string) => Promise<string>,
    private readonly log: Log,
  ) {}

  /** Replaces a body together with what `decide` writes. Where that fails the old body stays. */
  async replace(
    key: string,
    { body, stamp }: { body: string; stamp: number },
    decide: () => Promise<void>,
  ): Promise<void> {
    await this.#makeFolder();
    const left = this.#left.get(key);
    if (left !== undefined) await rm(left, { force: true });
    this.#left.delete(key);
    const file = path.join(this.folder, `${key}@${stamp}.checked`);
    await replaceFileDurably(file, checkedBytes(body));
    try {
      await decide();
    } catch (error) {
      await rm(file, { force: true }).catch((reason: unknown) => this.log.error(`store: ${messageOf(reason)}`));
      throw error;
    }
    this.#left.set(key, file);
    await this.#putInPlace({ key, stamp, file });
    this.#left.delete(key);
  }

  /** Ends what an earlier process was killed in. `updatedAt`: of a story's record, in ms since 1970; null where there is none. */
  async finish(updatedAt: (key: string) => Promise<number | null>, now: number): Promise<void> {
    for (const waiting of await this.#waiting()) {
      const counts = waiting.stamp <= ((await updatedAt(waiting.key)) ?? 0);
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

  /** The oldest first, so that the newest is what remains. */
  async #waiting(): Promise<Waiting[]> {
    const names = await readdir(this.folder).catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT') return [];
      throw error;
    });
    for (const torn of names.filter((name) => TORN.test(name))) await rm(path.join(this.folder, torn), { force: true });
    const found = names.flatMap((name) => {
      const [, key, stamp] = NAME.exec(name) ?? [];
      return key === undefined ? [] : [{ key, stamp: Number(stamp), file: path.join(this.folder, name) }];
    });
    return found.sort((a, b) => a.stamp - b.stamp);
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
