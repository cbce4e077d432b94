import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { errorCode, explainDiskError } from '../storeError';
import type { Disk } from './disk';
import { readKept, readPart, writeKept, type KeptPart, type KeptReading, type NewPart } from './keptFile';
import { unpack } from './packed';
import type { KeptName } from './snapshotRecord';

/** What is told of a kept file that is not whole, before anything takes its place. */
export interface KeptDamage {
  readonly file: string;
  readonly condition: 'mended' | 'damaged' | 'missing';
  readonly keptIn: string | null;
  /** Whether all that it held could be written back. */
  readonly restored: boolean;
}

export interface KeptFolderOptions {
  readonly folder: string;
  readonly disk: Disk;
  /** Milliseconds since 1970; names the file that keeps what was damaged. */
  readonly now: () => number;
  /** Called before a file that is not whole is written anew. */
  readonly onDamage: (damage: KeptDamage) => Promise<void>;
  /** What a file that lost parts should hold: from what is left of it and from what others know. */
  readonly restore: (name: string, left: readonly NewPart[]) => Promise<{ parts: readonly NewPart[]; isAll: boolean }>;
}

/** Where a part stands and what its meta says. What it holds is read when somebody asks. */
export type KeptEntry = Omit<KeptPart, 'packed'>;

/**
 * The kept files of one kind that belong to the log. None is read before somebody asks for what is in it; a look-up reads
 * where each part stands once, and then one part at a time.
 */
export class KeptFolder {
  #names: readonly KeptName[];
  readonly #entries = new Map<string, Promise<readonly KeptEntry[]>>();

  constructor(
    private readonly options: KeptFolderOptions,
    names: readonly KeptName[],
  ) {
    this.#names = names;
  }

  /** Oldest first. */
  get names(): readonly KeptName[] {
    return this.#names;
  }

  /** Writes a file that does not belong to the log yet, safe on disk when it resolves. */
  async write(name: string, parts: Iterable<NewPart>): Promise<KeptName> {
    const { folder, disk } = this.options;
    await disk.makeFolder(folder);
    return { name, bytes: await writeKept(this.#pathOf(name), disk, parts) };
  }

  /** These files belong to the log from now on, and no others. */
  use(names: readonly KeptName[]): void {
    const kept = new Set(names.map(({ name }) => name));
    for (const { name } of this.#names) if (!kept.has(name)) this.#entries.delete(name);
    this.#names = names;
  }

  /** Removes files that do not belong to the log, such as what a crash left of an attempt. */
  async tidy(): Promise<void> {
    const { folder, disk } = this.options;
    const kept = new Set(this.#names.map(({ name }) => name));
    for (const name of await namesIn(folder)) if (!kept.has(name)) await disk.remove(path.join(folder, name));
  }

  /** Files that are missing or not as long as they were: what can be known without reading them is told and mended. */
  async look(): Promise<void> {
    for (const { name, bytes } of this.#names) {
      const found = await stat(this.#pathOf(name)).catch(() => null);
      if (found?.size !== bytes) await this.entries(name);
    }
  }

  /** Reads every file whole. */
  async check(): Promise<void> {
    this.#entries.clear();
    for (const { name } of this.#names) await this.entries(name);
  }

  /** Where the parts of a file stand. */
  entries(name: string): Promise<readonly KeptEntry[]> {
    const known = this.#entries.get(name);
    if (known !== undefined) return known;
    const reading = this.#readEntries(name);
    this.#entries.set(name, reading);
    reading.catch(() => this.#entries.delete(name));
    return reading;
  }

  /** What one part holds; undefined where it is lost, which is told. */
  async value(name: string, entry: KeptEntry): Promise<unknown> {
    const value = await readPart(this.#pathOf(name), entry);
    if (value !== undefined) return value;
    this.#entries.delete(name); // it was whole when its parts were counted; now it is looked at anew
    const meta = JSON.stringify(entry.meta);
    const again = (await this.entries(name)).find((one) => JSON.stringify(one.meta) === meta);
    return again === undefined ? undefined : readPart(this.#pathOf(name), again);
  }

  async #readEntries(name: string): Promise<readonly KeptEntry[]> {
    const reading = await readKept(this.#pathOf(name), this.options.now());
    if (reading.condition === 'whole') return reading.parts.map(placeOf);
    await this.#mend(name, reading);
    return (await readKept(this.#pathOf(name), this.options.now())).parts.map(placeOf);
  }

  async #mend(name: string, { parts, condition, keptIn }: KeptReading): Promise<void> {
    if (!this.#names.some((one) => one.name === name)) return; // a compaction took it away while it was read
    const left = parts.map((part): NewPart => ({ meta: part.meta, value: unpack(part.packed) }));
    const isLost = condition !== 'mended';
    const { parts: all, isAll } = isLost ? await this.options.restore(name, left) : { parts: left, isAll: true };
    if (condition !== 'whole')
      await this.options.onDamage({ file: this.#pathOf(name), condition, keptIn, restored: isAll });
    await this.write(name, all);
  }

  #pathOf(name: string): string {
    return path.join(this.options.folder, name);
  }
}

/** The kept files that lie in a folder, oldest first: for a log that no longer says which belong to it. */
export async function keptIn(folder: string): Promise<KeptName[]> {
  const names = (await namesIn(folder)).filter((name) => name.endsWith('.log')).sort();
  return Promise.all(names.map(async (name) => ({ name, bytes: (await stat(path.join(folder, name))).size })));
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => /\.log(\.next)?$/.test(name));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw explainDiskError('Older records could not be listed', folder, error);
  }
}

function placeOf({ meta, offset, length }: KeptPart): KeptEntry {
  return { meta, offset, length };
}
