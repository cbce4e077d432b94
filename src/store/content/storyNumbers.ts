import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { inBatches } from '../../base/inBatches';
import { checksumOf } from '../log/recordFormat';
import { KeyedNumbers, type NumbersInUse } from '../keyedNumbers';
import { NUMBER_FILE } from './contentRemains';

/** Gives what tells the number of a story. */
export type KnownNumbers = () => Promise<(key: string) => number | undefined>;

/** The numbers of stories by what lies beside their texts; read when somebody first asks, and kept since. */
export class StoryNumbers {
  #all: KeyedNumbers | null = null;

  /** `folder` is that of the content store, `keys` lists the stories in it. */
  constructor(
    private readonly folder: string,
    private readonly keys: () => Promise<string[]>,
  ) {}

  /** What is on disk already; nothing is read for it. */
  note(key: string, number: number): void {
    this.#all?.set(key, number);
  }

  forget(key: string): void {
    this.#all?.delete(key);
  }

  /** The number of every story. `known` spares reading the file of stories whose number is known; it is asked once. */
  async all(known: KnownNumbers): Promise<NumbersInUse> {
    return (this.#all ??= await this.#read(await known()));
  }

  /** Of one story, as it lies on the disk; null where it cannot be read. */
  async read(key: string): Promise<number | null> {
    const text = await readFile(path.join(this.folder, key, NUMBER_FILE), 'utf8').catch(() => '');
    const digits = /^([1-9]\d{0,14})(?: [0-9a-f]+)?$/.exec(text)?.[1];
    if (digits === undefined) return null;
    // The first version wrote the number alone.
    return text === digits || text === numberText(Number(digits)) ? Number(digits) : null;
  }

  async #read(known: (key: string) => number | undefined): Promise<KeyedNumbers> {
    const numbers = new KeyedNumbers();
    const keys = await this.keys();
    const found = await inBatches(keys, async (key) => known(key) ?? (await this.read(key)));
    for (const [at, key] of keys.entries()) {
      const number = found[at];
      if (typeof number === 'number') numbers.set(key, number);
    }
    return numbers;
  }
}

/** A number with a checksum: a flipped bit would make another number of it. */
export function numberText(number: number): string {
  return `${number} ${checksumOf(Buffer.from(String(number))).toString('hex')}`;
}
