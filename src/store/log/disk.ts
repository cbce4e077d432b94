import { closeSync, fsync, mkdirSync, openSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import { errorCode } from '../storeError';
import { foldersCanBeSynced, makeFolder, replaceFileDurably, syncFolder } from './durableFile';
import { openLogFile, type OpenLogFile } from './logFile';

const sync = promisify(fsync);

/**
 * The file operations whose order decides what a power cut leaves; a parameter so that tests can cut it at any of them.
 * What was written, renamed or removed may be lost, or be there, until its file or folder was synced.
 */
export interface Disk {
  readonly openFile: OpenLogFile;
  /** Replaces a file as a whole, safe on disk when it resolves. */
  replace(file: string, content: Uint8Array): Promise<void>;
  /** Removes a file, or does nothing where there is none. */
  remove(file: string): Promise<void>;
  /** Makes a folder and those above it, safe on disk. */
  makeFolder(folder: string): Promise<void>;
  syncFolder(folder: string): Promise<void>;
  /** Makes a folder, or takes an empty one; throws for one with anything in it. */
  makeOwn(folder: string): void;
  /** Writes a new file; throws where there is one. */
  writeNew(file: string, content: Uint8Array): void;
  /** Waits for files and folders together, so that the disk can take them in one go. */
  syncAll(files: readonly string[], folders: readonly string[]): Promise<void>;
  /** Removes a folder with all that is in it, or does nothing where there is none. */
  removeFolder(folder: string): Promise<void>;
}

export const realDisk: Disk = {
  openFile: openLogFile,
  replace: replaceFileDurably,
  remove: (file) => rm(file, { force: true }),
  makeFolder,
  syncFolder,
  makeOwn,
  writeNew: (file, content) => writeFileSync(file, content, { flag: 'wx' }),
  syncAll,
  removeFolder: (folder) => rm(folder, { recursive: true, force: true }),
};

/** `openFile` replaces the disk's own; both are for tests. */
export function diskOf({ disk = realDisk, openFile }: { readonly disk?: Disk; readonly openFile?: OpenLogFile }): Disk {
  return openFile === undefined ? disk : { ...disk, openFile };
}

function makeOwn(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST' || !isEmptyFolder(folder)) throw error;
  }
}

function isEmptyFolder(folder: string): boolean {
  return statSync(folder).isDirectory() && readdirSync(folder).length === 0;
}

async function syncAll(files: readonly string[], folders: readonly string[]): Promise<void> {
  const opened: number[] = [];
  try {
    for (const file of files) opened.push(openSync(file, 'r+'));
    if (foldersCanBeSynced) for (const folder of folders) opened.push(openSync(folder, 'r'));
    const synced = await Promise.allSettled(opened.map((descriptor) => sync(descriptor)));
    for (const one of synced) if (one.status === 'rejected') throw one.reason;
  } finally {
    opened.forEach((descriptor) => closeSync(descriptor));
  }
}
