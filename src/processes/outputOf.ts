import type { Readable } from 'node:stream';
import type { ProgramEnd, Started } from './starter';

export interface ProgramOutput {
  readonly end: ProgramEnd;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

/** Everything a program prints, and its end. Waits until nobody holds its outputs any more. */
export async function outputOf(started: Started, most = Infinity): Promise<ProgramOutput> {
  const [end, stdout, stderr] = await Promise.all([endOf(started), all(started.stdout, most), all(started.stderr)]);
  return { end, stdout, stderr };
}

/**
 * The end of a program of which everything counts that it prints, once nobody holds its outputs any more. Where an output
 * was cut, that end is not known: an exit code by itself would make of half an answer a whole one.
 */
export async function endOf(started: Started): Promise<ProgramEnd> {
  // Not `end`: a stream that was let go of gives none.
  const closed = [started.stdout, started.stderr].map(
    (one) => new Promise<void>((done) => void one.once('close', done)),
  );
  const [end] = await Promise.all([started.ended, ...closed]);
  return started.isCut() && end.kind !== 'notStarted' ? { kind: 'lost' } : end;
}

function all(stream: Readable, most = Infinity): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let kept = 0;
  stream.on('data', (chunk: Buffer) => {
    if (kept >= most) return;
    kept += chunk.length;
    chunks.push(chunk);
  });
  return new Promise((resolve) => void stream.once('close', () => resolve(Buffer.concat(chunks))));
}
