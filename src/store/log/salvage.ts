import { mendFrame } from './mendFrame';
import { frameAt, PREFIX_LENGTH } from './recordFormat';

/** What can still be read from the first damaged record of a log on. */
export interface Salvage {
  /** Data of the records that are whole, or were made whole again, oldest first. */
  readonly records: readonly Buffer[];
  /** How many of `records` had a flipped bit that was found and set right. */
  readonly mended: number;
  /** Records that nobody can read any more; `unknown` where a stretch cannot be told apart into records. */
  readonly lost: number | 'unknown';
  /** Index in `records` of the first that stands behind the last lost one. */
  readonly sound: number;
  /** Nothing but the beginning of one record: a write that was cut off, and was never acknowledged. */
  readonly torn: boolean;
}

/** How many bytes (as multiples of the log's length) may be hashed to find records again, and to mend flipped bits. */
const SEARCH_EFFORT = 64;
const MEND_EFFORT = 1 << 28;

/** Reads on behind the first record that is not whole. Never throws. */
export function salvage(bytes: Buffer, start: number): Salvage {
  const reading = new SalvageReading(bytes);
  reading.readFrom(start);
  return reading.result();
}

class SalvageReading {
  readonly #records: Buffer[] = [];
  #mended = 0;
  #lost: number | 'unknown' = 0;
  #sound = 0;
  #torn = false;
  #searchLeft: number;
  #mendLeft = MEND_EFFORT;

  constructor(private readonly bytes: Buffer) {
    this.#searchLeft = SEARCH_EFFORT * Math.max(bytes.length, 1 << 20);
  }

  readFrom(start: number): void {
    for (let at = start; at < this.bytes.length;) {
      const whole = frameAt(this.bytes, at);
      const data = whole ?? this.#mend(at);
      if (data === null) at = this.#skip(at);
      else {
        this.#records.push(data.data);
        at += data.length;
      }
    }
  }

  result(): Salvage {
    return {
      records: this.#records,
      mended: this.#mended,
      lost: this.#lost,
      sound: this.#sound,
      torn: this.#torn,
    };
  }

  #mend(at: number): { data: Buffer; length: number } | null {
    const claimed = at + PREFIX_LENGTH <= this.bytes.length ? this.bytes.readUInt32BE(at) : 0;
    const effort = 8 * claimed * claimed;
    if (effort > this.#mendLeft && claimed <= this.bytes.length - at) return null;
    const mended = mendFrame(this.bytes.subarray(at));
    if (claimed <= this.bytes.length - at) this.#mendLeft -= effort;
    if (mended !== null) this.#mended += 1;
    return mended;
  }

  /** Leaves a damaged stretch out and returns where the next whole record begins, or the log ends. */
  #skip(at: number): number {
    const next = this.#next(at);
    const lost = countFrames(this.bytes, at, next);
    const isTorn =
      next === this.bytes.length && this.#records.length === 0 && lost === null && isBeginning(this.bytes, at);
    this.#torn = isTorn && this.#lost === 0;
    if (!this.#torn) this.#lost = this.#lost === 'unknown' || lost === null ? 'unknown' : this.#lost + lost;
    this.#sound = this.#records.length;
    return next;
  }

  #next(from: number): number {
    const end = this.bytes.length;
    const claimed = from + PREFIX_LENGTH <= end ? from + PREFIX_LENGTH + this.bytes.readUInt32BE(from) : end;
    if (claimed < end && frameAt(this.bytes, claimed) !== null) return claimed;
    for (let at = from + 1; at + PREFIX_LENGTH < end && this.#searchLeft > 0; at++) {
      const length = this.bytes.readUInt32BE(at);
      if (length === 0 || at + PREFIX_LENGTH + length > end) continue;
      this.#searchLeft -= length;
      if (frameAt(this.bytes, at) !== null) return at;
    }
    return end;
  }
}

/** How many records a stretch held by the lengths that stand in it; null where those do not add up. */
function countFrames(bytes: Buffer, start: number, end: number): number | null {
  let count = 0;
  for (let at = start; at < end; count++) {
    if (at + PREFIX_LENGTH > end || bytes.readUInt32BE(at) === 0) return null;
    at += PREFIX_LENGTH + bytes.readUInt32BE(at);
    if (at > end) return null;
  }
  return count;
}

/** Whether a record that begins here would go on past the end of the log. */
function isBeginning(bytes: Buffer, at: number): boolean {
  return at + PREFIX_LENGTH > bytes.length || at + PREFIX_LENGTH + bytes.readUInt32BE(at) > bytes.length;
}
