import { execFileSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { TemporaryFolder } from './temporaryFolder';
import { diskError, WatchedDisk, type DiskChange } from './watchedDisk';

const MEGABYTE = 2 ** 20;

/**
 * A disk of its own that can be filled to the last byte: a small file system in memory where the system lets one be mounted.
 * Elsewhere a folder, below which this process's own operations fail as they would there; so do they, everywhere, on one that
 * is made read-only, because a disk on which files are open for writing becomes that only when it breaks.
 */
export class SmallDisk {
  readonly #folder = new TemporaryFolder();
  readonly path = this.#folder.at('disk');
  /** Whether other programs meet its end as well. */
  readonly isMounted: boolean;
  #state: 'room' | 'full' | 'readOnly' = 'room';
  #watched: WatchedDisk | null = null;

  private constructor(megabytes: number) {
    execFileSync('mkdir', [this.path]);
    this.isMounted = this.#mount(`size=${megabytes}m`);
  }

  static async make(megabytes: number): Promise<SmallDisk> {
    const disk = new SmallDisk(megabytes);
    disk.#watched = await WatchedDisk.watch((change) => disk.#refuse(change));
    return disk;
  }

  /** Not a byte is left. */
  fill(): void {
    if (!this.isMounted) {
      this.#state = 'full';
      return;
    }
    const file = openSync(this.#filler, 'a');
    try {
      for (let piece = MEGABYTE; piece >= 1; piece = piece / 2) writeUntilFull(file, Buffer.alloc(piece, 1));
    } finally {
      closeSync(file);
    }
  }

  makeReadOnly(): void {
    this.#state = 'readOnly';
  }

  /** As it was at first. */
  free(): void {
    this.#state = 'room';
    rmSync(this.#filler, { force: true });
  }

  dispose(): void {
    this.#watched?.release();
    if (this.isMounted) execFileSync('umount', ['-l', this.path]);
    this.#folder.remove();
  }

  get #filler(): string {
    return path.join(this.path, 'filler');
  }

  #mount(options: string): boolean {
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', this.path], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  }

  #refuse(change: DiskChange): Error | null {
    if (this.#state === 'room' || !change.path.startsWith(this.path)) return null;
    if (this.#state === 'readOnly') return diskError('EROFS', change);
    return change.does === 'remove' || change.does === 'move' ? null : diskError('ENOSPC', change);
  }
}

function writeUntilFull(file: number, piece: Buffer): void {
  try {
    for (;;) if (writeSync(file, piece) < piece.length) return;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}
