import { statSync, type BigIntStats } from 'node:fs';
import { Slices } from './slices';

/** How some files and folders stood at one moment, to be compared with how they stand later. */
export interface FileStamp {
  /** Equal texts: the same files, as far as the file system can tell. */
  readonly text: string;
  /** When one of them changed last, in ms since 1970; 0 where there is none. */
  readonly newest: number;
  /** The file system counts whole seconds. */
  readonly coarse: boolean;
}

/** Two changes within one tick of a file system's clock look like one (ms). */
const TICK = 15;
const COARSE_TICK = 2100;

const NANOSECONDS = 1_000_000n;

/**
 * Looks at files and folders; what is not there counts as well. A folder changes when something in it comes or goes. This is
 * what is done most often of all.
 */
export async function stampOf(paths: readonly string[]): Promise<FileStamp> {
  const all: (BigIntStats | null)[] = [];
  const slices = new Slices();
  for (const path of paths) {
    all.push(lookAt(path));
    await slices.turn();
  }
  return stampOfStats(all);
}

function lookAt(path: string): BigIntStats | null {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}

/** The stamp of what was looked at already; null is what is not there. */
export function stampOfStats(all: readonly (BigIntStats | null)[]): FileStamp {
  let [newest, coarse] = [0n, true];
  const parts = all.map((found) => {
    if (found === null) return '-';
    const { ino, size, mtimeNs, ctimeNs } = found;
    for (const at of [mtimeNs, ctimeNs]) {
      if (at > newest) newest = at;
      if (at % (1000n * NANOSECONDS) !== 0n) coarse = false;
    }
    return `${ino}.${size}.${mtimeNs}.${ctimeNs}`;
  });
  return { text: parts.join(' '), newest: Number(newest / NANOSECONDS), coarse: coarse && newest !== 0n };
}

/**
 * Whether what was read right after the stamp was taken can be known again by it. Not where a file had just changed:
 * another change in the same tick of the clock would look the same.
 */
export function isSettled(stamp: FileStamp, takenAt: number): boolean {
  return stamp.newest + (stamp.coarse ? COARSE_TICK : TICK) < takenAt;
}

/**
 * How long (ms) to wait before what is read can be known again; 0 where it can at once, or where waiting is too long. It is
 * the file system's clock that is waited for, not the product's.
 */
export function msUntilSettled(stamp: FileStamp, now: number): number {
  const ms = stamp.newest + TICK + 1 - now;
  return stamp.coarse || ms > TICK + 1 ? 0 : Math.max(0, ms);
}
