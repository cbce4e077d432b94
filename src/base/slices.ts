import { constants, readFileSync } from 'node:fs';

/** After so long (ms) of work on the spot the loop has its turn, however slow the disk is. */
const SLICE_MS = 4;

/**
 * Many small looks at files on the spot, some at a time. Such a look takes some microseconds; having another thread do it
 * takes twenty times as many.
 */
export class Slices {
  #since = performance.now();

  /** To be awaited after each look. */
  async turn(): Promise<void> {
    if (performance.now() - this.#since < SLICE_MS) return;
    await new Promise((resolve) => setImmediate(resolve));
    this.#since = performance.now();
  }
}

/** Whoever made the file, nothing is waited for: a pipe without a writer reads as empty. Windows has no such files. */
const WITHOUT_WAITING = constants.O_RDONLY | ((constants.O_NONBLOCK as number | undefined) ?? 0);

/** A small file as text, read on the spot. */
export function readNow(file: string): string {
  return readFileSync(file, { encoding: 'utf8', flag: WITHOUT_WAITING as unknown as string });
}

/** As `readNow`; empty where there is none to read. */
export function textNow(file: string): string {
  try {
    return readNow(file);
  } catch {
    return '';
  }
}
