import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { inBatches } from '../../base/inBatches';
import { messageOf } from '../../base/messageOf';
import type { Log } from '../../ports/log';
import { keepAside } from '../log/keepAside';
import { replaceFile, syncFolder } from '../log/durableFile';
import { checkedBytes, readChecked } from './checkedFile';
import { namesIn } from './contentRemains';

/** A body that waits beside the others until the record of its story says that it counts. */
interface Waiting {
  readonly key: string;
  /** `bodyAt` of the record that comes with it, in ms since 1970: that record alone says that it counts. */
  readonly stamp: number;
  readonly file: string;
}

/** `stamp`: `bodyAt` of the record that comes with it, in ms since 1970. */
export interface BodyEdit {
  readonly key: string;
  readonly body: string;
  readonly stamp: number;
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
   * Replaces bodies of different stories together with what `decide` writes. Where that fails the old bodies stay. Once it has
   * decided, the new ones count, also where the disk does not let them into their places for now.
   */
  async replaceAll(edits: readonly BodyEdit[], decide: () => Promise<void>): Promise<void> {
    const waiting = edits.map(({ key, stamp }) => ({ key, stamp, file: this.#fileOf(key, stamp) }));
    await this.#writeBeside(edits);
    try {
      await decide();
    } catch (error) {
      for (const { file } of waiting)
        await rm(file, { force: true }).catch((reason: unknown) => this.log.error(`store: ${messageOf(reason)}`));
      throw error;
    }
    for (const one of waiting) {
      const before = this.#decided.get(one.key);
      this.#decided.set(one.key, one);
      // No record counts the older one any more, so it may stay where it cannot be removed.
      if (before !== undefined) await rm(before.file, { force: true }).catch(() => undefined);
    }
    await this.#settle();
  }

  async #writeBeside(edits: readonly BodyEdit[]): Promise<void> {
    if (edits.length === 0) return;
    await this.#makeFolder();
    try {
      await inBatches(edits, ({ key, body, stamp }) => replaceFile(this.#fileOf(key, stamp), checkedBytes(body)));
      await syncFolder(this.folder);
    } catch (error) {
      // No record counts them, so those that stay are removed by the next start.
      for (const { key, stamp } of edits) await rm(this.#fileOf(key, stamp), { force: true }).catch(() => undefined);
      throw error;
    }
  }

  #fileOf(key: string, stamp: number): string {
    return path.join(this.folder, `${key}@${stamp}.checked`);
  }

  /** Where a body lies that counts and is not in its place; null where there is none such. */
  fileOf(key: string): string | null {
    return this.#decided.get(key)?.file ?? null;
  }

  async #settle(): Promise<void> {
    await inBatches([...this.#decided.values()], async (waiting) => {
      try {
        await this.#putInPlace(waiting);
        this.#decided.delete(waiting.key);
      } catch (error) {
        this.log.warn(`store: the text of ${waiting.key} is kept in ${waiting.file} for now: ${messageOf(error)}`);
      }
    });
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
    const names = await namesIn(this.folder);
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
