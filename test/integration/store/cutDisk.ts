import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmdirSync, rmSync, statSync, unlinkSync, writeFileSync } from 'node:fs'; // prettier-ignore
import path from 'node:path';
import { realDisk, type Disk } from '../../../src/store/log/disk';
import type { LogFile } from '../../../src/store/log/logFile';

/** Nothing more is done: the process was killed, or the power is gone. */
class Halted extends Error {}

/** What a halt leaves: all that was done, or without what was not synced of names, of data, or of both. */
export const LEFTOVERS = ['all', 'no names', 'no data', 'neither'] as const;
export type Leftover = (typeof LEFTOVERS)[number];

interface PendingName {
  readonly folder: string;
  /** Undoes it below another root. */
  readonly undo: (at: (file: string) => string) => void;
}

/**
 * Real files, a count of the steps that change them, and a halt at any of these: a write then gets half of its bytes to the
 * file. It knows what was synced, so it can say what a power cut leaves at worst.
 */
export class CutDisk implements Disk {
  steps = 0;
  #isOff = false;
  /** Content of files as it was synced last. */
  readonly #synced = new Map<string, Buffer>();
  #pending: PendingName[] = [];

  /** `cutAt` counts from 1. */
  constructor(private readonly cutAt = Infinity) {}

  get isOff(): boolean {
    return this.#isOff;
  }

  readonly openFile = async (file: string): Promise<LogFile> => {
    this.#step();
    this.#noteCreated(file);
    const real = await realDisk.openFile(file);
    let name = file;
    return {
      ...real,
      write: (data, position) => {
        this.#step(() => real.write(data.subarray(0, data.length >> 1), position));
        real.write(data, position);
      },
      truncate: async (length) => {
        this.#step();
        await real.truncate(length);
      },
      sync: () => this.#doneLater(() => void this.#synced.set(name, readFileSync(name))),
      rename: async (to) => {
        this.#step();
        this.#noteRenamed(name, to);
        await real.rename(to);
        name = to;
      },
    };
  };

  async replace(file: string, content: Uint8Array): Promise<void> {
    const temporary = `${file}.temporary`;
    this.#step();
    this.#noteCreated(temporary);
    writeFileSync(temporary, '');
    this.#step(() => writeFileSync(temporary, content.subarray(0, content.length >> 1)));
    writeFileSync(temporary, content);
    await this.#doneLater(() => void this.#synced.set(temporary, readFileSync(temporary)));
    this.#step();
    this.#noteRenamed(temporary, file);
    renameSync(temporary, file);
    await this.syncFolder(path.dirname(file));
  }

  remove(file: string): Promise<void> {
    return this.#doneLater(() => this.#unlink(file));
  }

  makeFolder(folder: string): Promise<void> {
    return this.#doneLater(() => void mkdirSync(folder, { recursive: true }));
  }

  syncFolder(folder: string): Promise<void> {
    return this.#doneLater(() => {
      const isInGone = (one: PendingName): boolean => path.dirname(one.folder) === folder && !existsSync(one.folder);
      this.#pending = this.#pending.filter((one) => one.folder !== folder && !isInGone(one));
    });
  }

  makeOwn(folder: string): void {
    this.#step();
    if (!existsSync(folder)) this.#note(folder, (at) => rmSync(at(folder), { recursive: true, force: true }));
    realDisk.makeOwn(folder);
  }

  writeNew(file: string, content: Uint8Array): void {
    this.#step(() => {
      this.#noteCreated(file);
      realDisk.writeNew(file, content.subarray(0, content.length >> 1));
    });
    this.#noteCreated(file);
    realDisk.writeNew(file, content);
  }

  async syncAll(files: readonly string[], folders: readonly string[]): Promise<void> {
    for (const file of files) await this.#doneLater(() => void this.#synced.set(file, readFileSync(file)));
    for (const folder of folders) await this.syncFolder(folder);
  }

  async removeFolder(folder: string): Promise<void> {
    if (!existsSync(folder)) return;
    for (const name of readdirSync(folder)) await this.#doneLater(() => this.#unlink(path.join(folder, name)));
    await this.#doneLater(() => {
      this.#note(folder, (at) => mkdirSync(at(folder), { recursive: true }));
      rmdirSync(folder);
    });
  }

  /** Copies a folder as a halt here and now would leave it. */
  copyLeft(from: string, to: string, left: Leftover): void {
    cpSync(from, to, { recursive: true });
    const at = (file: string): string => path.join(to, path.relative(from, file));
    if (left === 'no data' || left === 'neither') this.#dropUnsynced(from, at);
    if (left === 'no names' || left === 'neither') for (const { undo } of [...this.#pending].reverse()) undo(at);
  }

  #dropUnsynced(from: string, at: (file: string) => string): void {
    for (const file of filesBelow(from)) {
      const synced = this.#synced.get(file);
      if (synced !== undefined) writeFileSync(at(file), synced);
    }
  }

  /** Each change is one step; `half` is what of it is done where it is cut. */
  #step(half?: () => void): void {
    if (this.#isOff) throw new Halted('The power is off.');
    this.steps += 1;
    if (this.steps < this.cutAt) return;
    this.#isOff = true;
    half?.();
    throw new Halted('The power went off.');
  }

  async #doneLater(work: () => void): Promise<void> {
    this.#step();
    await new Promise((resolve) => setImmediate(resolve));
    if (this.#isOff) throw new Halted('The power is off.');
    work();
  }

  #unlink(file: string): void {
    if (!existsSync(file)) return;
    const content = this.#synced.get(file) ?? readFileSync(file);
    this.#note(file, (at) => {
      mkdirSync(path.dirname(at(file)), { recursive: true });
      writeFileSync(at(file), content);
    });
    this.#synced.delete(file);
    unlinkSync(file);
  }

  #noteCreated(file: string): void {
    if (existsSync(file)) {
      if (!this.#synced.has(file)) this.#synced.set(file, readFileSync(file));
      return;
    }
    this.#synced.set(file, Buffer.alloc(0));
    this.#note(file, (at) => rmSync(at(file), { force: true }));
  }

  #noteRenamed(from: string, to: string): void {
    const replaced = existsSync(to) ? (this.#synced.get(to) ?? readFileSync(to)) : null;
    this.#note(to, (at) => {
      renameSync(at(to), at(from));
      if (replaced !== null) writeFileSync(at(to), replaced);
    });
    this.#synced.set(to, this.#synced.get(from) ?? Buffer.alloc(0));
    this.#synced.delete(from);
  }

  #note(name: string, undo: PendingName['undo']): void {
    this.#pending.push({ folder: path.dirname(name), undo });
  }
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(folder, name))
    .filter((file) => statSync(file).isFile());
}
