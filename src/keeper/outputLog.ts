import { closeSync, ftruncateSync, openSync, rmSync, writeSync } from 'node:fs';
import type { KeptStream } from '../ports/keptRuns';
import { frameBytes, type Frame } from './frames';
import type { RunFolder } from './runFolder';

/** How much (bytes) is written before a new segment begins, and how many of them are kept. */
const SEGMENT = 4 * 1024 * 1024;
const SEGMENTS = 16;

/**
 * What a run printed, in files that are only ever added to. The oldest goes when there are too many. Each but the first begins
 * with where a talk stands, so that what is gone is not needed to go on with it.
 */
export class OutputLog {
  #segment = 0;
  #bytes = 0;
  #pieces = 0;
  #file: number | null = null;

  constructor(
    private readonly folder: RunFolder,
    private readonly now: () => number,
    /** Where the talk stands; null for a program that is not talked with. */
    private readonly standing: () => string | null,
  ) {}

  /** Pieces so far, those that could not be written among them. */
  get pieces(): number {
    return this.#pieces;
  }

  /** How far it reaches. */
  get end(): { readonly segment: number; readonly bytes: number } {
    return { segment: this.#segment, bytes: this.#bytes };
  }

  /** A disk that takes no more loses output and stops nobody. */
  append(stream: KeptStream, data: Buffer): void {
    if (this.#bytes === 0 && this.#segment > 0) this.#begun();
    this.#pieces += 1;
    this.#write({ stream, data });
    if (this.#bytes >= SEGMENT) this.#begin();
  }

  #begun(): void {
    const standing = this.standing();
    if (standing !== null) this.#write({ stream: 'standing', data: Buffer.from(standing) });
  }

  #write(piece: Pick<Frame, 'stream' | 'data'>): void {
    const bytes = frameBytes({ ...piece, number: this.#pieces, at: this.now() });
    try {
      this.#file ??= openSync(this.folder.segment(this.#segment), 'a', 0o600);
      this.#bytes += writeAll(this.#file, bytes);
    } catch {
      this.#cut();
    }
  }

  /** What was half written would hide what follows. */
  #cut(): void {
    try {
      if (this.#file !== null) ftruncateSync(this.#file, this.#bytes);
    } catch {
      this.#begin();
    }
  }

  #begin(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
    this.#segment += 1;
    this.#bytes = 0;
    rmSync(this.folder.segment(this.#segment - SEGMENTS), { force: true });
  }
}

function writeAll(file: number, bytes: Buffer): number {
  for (let written = 0; written < bytes.length;) written += writeSync(file, bytes, written);
  return bytes.length;
}
