import type { KeptStream } from '../ports/keptRuns';

/**
 * One piece of a run's output as it stands in the log: length of the text in bytes (4), stream (1), number (6), time in ms
 * since 1970 (6), and the bytes as they came, which may end within a character.
 */
export interface Frame {
  readonly stream: KeptStream;
  /**
   * Each is one higher than the one before. Those that are missing could not be written. What a talk stands at has the number
   * of the piece before it.
   */
  readonly number: number;
  readonly at: number;
  readonly data: Buffer;
}

const HEADER = 17;
const STREAMS: readonly KeptStream[] = ['stdin', 'stdout', 'stderr', 'notice', 'standing'];

export function frameBytes({ stream, number, at, data }: Frame): Buffer {
  const bytes = Buffer.alloc(HEADER + data.length);
  bytes.writeUInt32BE(data.length, 0);
  bytes.writeUInt8(STREAMS.indexOf(stream), 4);
  bytes.writeUIntBE(number, 5, 6);
  bytes.writeUIntBE(at, 11, 6);
  data.copy(bytes, HEADER);
  return bytes;
}

/** The whole frames at the beginning of these bytes, and how many bytes they are. What a kill cut off is no frame. */
export function readFrames(bytes: Buffer): { frames: Frame[]; length: number } {
  const frames: Frame[] = [];
  let at = 0;
  while (bytes.length - at >= HEADER) {
    const end = at + HEADER + bytes.readUInt32BE(at);
    const stream = STREAMS[bytes.readUInt8(at + 4)];
    if (end > bytes.length || stream === undefined) break;
    frames.push({
      stream,
      number: bytes.readUIntBE(at + 5, 6),
      at: bytes.readUIntBE(at + 11, 6),
      data: bytes.subarray(at + HEADER, end),
    });
    at = end;
  }
  return { frames, length: at };
}
