import type { Readable } from 'node:stream';
import type { ProgramEnd, Started } from './starter';

export interface ProgramOutput {
  readonly end: ProgramEnd;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

/** Everything a program prints, and its end. Waits until nobody holds its outputs any more. */
export async function outputOf(started: Started, most = Infinity): Promise<ProgramOutput> {
  const [end, stdout, stderr] = await Promise.all([started.ended, all(started.stdout, most), all(started.stderr)]);
  return { end, stdout, stderr };
}

function all(stream: Readable, most = Infinity): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let kept = 0;
  stream.on('data', (chunk: Buffer) => {
    if (kept >= most) return;
    kept += chunk.length;
    chunks.push(chunk);
  });
  // Not `end`: a stream that was let go of gives none.
  return new Promise((resolve) => void stream.once('close', () => resolve(Buffer.concat(chunks))));
}
