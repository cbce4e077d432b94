import { open, readdir } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';
import { readFrames, type Frame } from '../../keeper/frames';
import type { RunFolder } from '../../keeper/runFolder';
import type { KeptOutput, KeptStream } from '../../ports/keptRuns';

/** How far the log reaches. */
export interface LogEnd {
  readonly segment: number;
  readonly bytes: number;
}

/** Reads a run's log from its beginning on, each piece once, as text. */
export class LogReader {
  #segment: number | null = null;
  #bytes = 0;
  #number = 0;
  readonly #decoders = new Map<KeptStream, StringDecoder>();

  constructor(
    private readonly folder: RunFolder,
    private readonly onOutput: (output: KeptOutput) => void,
  ) {}

  /** Pieces that were handed on, or are known to be missing. */
  get pieces(): number {
    return this.#number;
  }

  async readTo(end: LogEnd): Promise<void> {
    this.#segment ??= (await this.#segments())[0] ?? end.segment;
    while (this.#segment < end.segment) {
      await this.#read(this.#segment, Number.POSITIVE_INFINITY);
      this.#segment += 1;
      this.#bytes = 0;
    }
    if (this.#segment === end.segment) await this.#read(end.segment, end.bytes);
  }

  /** Of a run that has ended: all there is. `pieces` is how many there were, null where nobody knows. */
  async readAll(pieces: number | null): Promise<void> {
    const last = (await this.#segments()).at(-1);
    if (last !== undefined) await this.readTo({ segment: last, bytes: Number.POSITIVE_INFINITY });
    if (pieces !== null && pieces > this.#number) this.#missed(pieces - this.#number, Date.now());
    for (const [stream, decoder] of this.#decoders) this.#hand(stream, decoder.end(), Date.now());
  }

  /** Numbers of the segments that are there, the oldest first. */
  async #segments(): Promise<number[]> {
    const names = await readdir(this.folder.root).catch(() => []);
    return names.flatMap((name) => Number(/^output-(\d{1,12})\.log$/.exec(name)?.[1] ?? Number.NaN)).filter(Number.isInteger).sort((a, b) => a - b); // prettier-ignore
  }

  async #read(segment: number, until: number): Promise<void> {
    const file = await open(this.folder.segment(segment), 'r').catch(() => null);
    if (file === null) return;
    try {
      const size = Math.min(until, (await file.stat()).size) - this.#bytes;
      if (size <= 0) return;
      const { buffer, bytesRead } = await file.read(Buffer.alloc(size), 0, size, this.#bytes);
      const { frames, length } = readFrames(buffer.subarray(0, bytesRead));
      this.#bytes += length;
      for (const frame of frames) this.#take(frame);
    } finally {
      await file.close();
    }
  }

  #take({ stream, number, at, data }: Frame): void {
    if (number <= this.#number) return;
    if (stream === 'standing') {
      this.#missed(number - this.#number, at);
      this.#number = number;
      this.#decoders.clear();
      this.#hand(stream, data.toString(), at);
      return;
    }
    if (number > this.#number + 1) this.#missed(number - this.#number - 1, at);
    this.#number = number;
    let decoder = this.#decoders.get(stream);
    if (decoder === undefined) this.#decoders.set(stream, (decoder = new StringDecoder('utf8')));
    this.#hand(stream, decoder.write(data), at);
  }

  #missed(pieces: number, at: number): void {
    this.#hand('notice', `\n[… ${pieces} ${pieces === 1 ? 'piece' : 'pieces'} of output left out …]\n`, at);
  }

  #hand(stream: KeptStream, text: string, at: number): void {
    if (text !== '') this.onOutput({ stream, text, at });
  }
}
