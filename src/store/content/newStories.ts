import { existsSync } from 'node:fs';
import path from 'node:path';
import { inBatches, partsOf } from '../../base/inBatches';
import type { Disk } from '../log/disk';
import { checkedBytes } from './checkedFile';
import { checkedNameOf, readContentId } from './contentId';
import { NUMBER_FILE } from './contentRemains';
import { NewTexts, type NewContent } from './newTexts';
import { numberText } from './storyNumbers';

/** So many stories are made before their files are waited for together: each has three open meanwhile. */
const AT_ONCE = 64;

/** A longer text is waited for in its own file alone. */
const SHORT = 64 * 1024;

/** Beside the texts: the newest ones once more, until their own files are waited for. */
export const NEW_TEXTS = '.new.log';

type OnMade = (key: string) => void;

/** Makes the files of stories that have no content yet, each a folder with number and body. */
export class NewStories {
  readonly texts: NewTexts;

  constructor(
    private readonly folder: string,
    private readonly disk: Disk,
    private readonly makeFolder: (folder: string) => Promise<void>,
  ) {
    this.texts = new NewTexts(path.join(folder, NEW_TEXTS), disk, {
      sync: (stories) => this.#sync(stories),
      writeAnew: (stories) => this.#writeAnew(stories),
    });
  }

  /** `onMade` is told of each folder, from which on something is there that a failure leaves. On disk when it resolves. */
  async createAll(stories: readonly NewContent[], onMade: OnMade): Promise<void> {
    for (const some of partsOf(stories, AT_ONCE)) {
      await this.#makeFolders(some, onMade);
      this.#writeFiles(some);
      await this.#sync(some);
    }
  }

  /** As `createAll` of one, which waits for the disk once if it is short. */
  async createOne(story: NewContent, onMade: OnMade): Promise<void> {
    if (story.body.length > SHORT) return this.createAll([story], onMade);
    await this.#makeFolders([story], onMade);
    await this.texts.keep(story, () => this.#writeFiles([story]));
  }

  async #makeFolders(stories: readonly NewContent[], onMade: OnMade): Promise<void> {
    // A few calls of some microseconds each; only the waits for the disk are worth leaving the loop for.
    if (!existsSync(this.folder)) await this.makeFolder(this.folder);
    for (const { key } of stories) {
      this.disk.makeOwn(this.#placesOf(key).folder);
      onMade(key);
    }
  }

  #writeFiles(stories: readonly NewContent[]): void {
    for (const { key, number, body } of stories) {
      const { numberFile, bodyFile } = this.#placesOf(key);
      this.disk.writeNew(numberFile, Buffer.from(numberText(number)));
      this.disk.writeNew(bodyFile, checkedBytes(body));
    }
  }

  async #sync(stories: readonly NewContent[]): Promise<void> {
    const places = stories.map(({ key }) => this.#placesOf(key));
    const files = places.flatMap(({ numberFile, bodyFile }) => [numberFile, bodyFile]);
    await this.disk.syncAll(files, [...places.map(({ folder }) => folder), this.folder]);
  }

  /** When it rejects nothing is being written any more: it would take the place of what is written later. */
  async #writeAnew(stories: readonly NewContent[]): Promise<void> {
    const tries = await inBatches(stories, (story) => Promise.allSettled([this.#writeOne(story)]));
    for (const one of tries.flat()) if (one.status === 'rejected') throw one.reason;
    await this.disk.syncFolder(this.folder);
  }

  async #writeOne({ key, number, body }: NewContent): Promise<void> {
    const { folder, numberFile, bodyFile } = this.#placesOf(key);
    await this.makeFolder(folder);
    await this.disk.replace(numberFile, Buffer.from(numberText(number)));
    await this.disk.replace(bodyFile, checkedBytes(body));
  }

  #placesOf(key: string): { folder: string; numberFile: string; bodyFile: string } {
    readContentId(`${key}:body`); // refuses a key that is not a plain name
    const folder = path.join(this.folder, key);
    return { folder, numberFile: path.join(folder, NUMBER_FILE), bodyFile: path.join(folder, checkedNameOf('body')) };
  }
}
