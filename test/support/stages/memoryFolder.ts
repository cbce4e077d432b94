import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { isAlive } from '../isAlive';

/** Where Linux keeps files in memory. */
const MEMORY = '/dev/shm';
/** What `statfs` gives for such a place. */
const TMPFS = 0x01021994;
/** Bytes that the tests may need at a time, with room to spare. */
const ENOUGH = 6 * 1024 ** 3;
/** Short: the path of a socket has a hundred bytes, and some are deep in a repository. */
const NAME = /^sy-(\d+)$/;

/**
 * A folder in memory for what tests write, or null where the person chose one or there is none that will do. Tests make
 * thousands of repositories and sync each record: a third of the system's time went to a disk that nobody reads again.
 */
export function makeMemoryFolder(): string | null {
  if (process.platform !== 'linux' || process.env['TMPDIR'] !== undefined) return null;
  try {
    removeLeftOver();
    const { type, bavail, bsize } = statfsSync(MEMORY);
    if (type !== TMPFS || Math.min(bavail * bsize, memoryLeft()) < ENOUGH) return null;
    const folder = path.join(MEMORY, `sy-${process.pid}`);
    mkdirSync(folder, { mode: 0o700 });
    if (canRunPrograms(folder)) return folder;
    rmSync(folder, { recursive: true });
    return null;
  } catch {
    return null;
  }
}

/** Bytes. A container may have less than the machine has free. */
function memoryLeft(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit / 2, os.freemem()) : os.freemem();
}

/** Those of runs that were killed. */
function removeLeftOver(): void {
  for (const name of readdirSync(MEMORY)) {
    const pid = NAME.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) removeMemoryFolder(path.join(MEMORY, name));
  }
}

/** What cannot go now, as another person's or one that a last process still writes in, is left to the next run. */
export function removeMemoryFolder(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    // How the tests went does not hang on it.
  }
}

/** Hooks and agents of the tests are programs there, and some systems let none run. */
function canRunPrograms(folder: string): boolean {
  const program = path.join(folder, 'program');
  writeFileSync(program, '#!/bin/sh\n', { mode: 0o755 });
  const { status } = spawnSync(program);
  rmSync(program);
  return status === 0;
}
