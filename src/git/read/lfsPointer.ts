import { createHash } from 'node:crypto';
import { createReadStream, type PathLike } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/** Longest pointer to a file that Git LFS keeps, in bytes. */
export const POINTER_LIMIT = 1024;

/** SHA-256 of the contents that a pointer of Git LFS stands for; null where this is no pointer. */
export function pointsTo(blob: Buffer): string | null {
  if (blob.length > POINTER_LIMIT) return null;
  return /^version https:\/\/git-lfs[^]*^oid sha256:([0-9a-f]{64})$/m.exec(blob.toString('latin1'))?.[1] ?? null;
}

/** Whether a file holds what this pointer stands for, however large it is. */
export async function isFilled(blob: Buffer, file: PathLike): Promise<boolean> {
  const sha = pointsTo(blob);
  if (sha === null) return false;
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex') === sha;
}
