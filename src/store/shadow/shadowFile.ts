import { sha256 } from '../../base/sha256';
import { rm } from 'node:fs/promises';
import { replaceFile } from '../log/durableFile';
import { readOrNull } from '../readOrNull';

export type ShadowBytes = { kind: 'whole'; bytes: Buffer } | { kind: 'missing' } | { kind: 'damaged'; why: string };

/**
 * Reads a database file that has a SHA-256 beside it. SQLite itself does not notice most flipped bits, so a file
 * whose digest does not fit is never opened.
 */
export async function readShadowFile(file: string): Promise<ShadowBytes> {
  const bytes = await readOrNull(file);
  if (bytes === null) return { kind: 'missing' };
  const digest = await readOrNull(digestFile(file));
  if (digest === null) return { kind: 'damaged', why: 'its digest is missing' };
  if (digest.toString('latin1').trim() !== digestOf(bytes)) return { kind: 'damaged', why: 'its digest does not fit' };
  return { kind: 'whole', bytes };
}

/**
 * Each file is replaced as a whole. A crash between the two, or a power cut before they are on disk, leaves a digest
 * that does not fit: the shadow is then built anew, so waiting for the disk would buy nothing.
 */
export async function writeShadowFile(file: string, bytes: Uint8Array): Promise<void> {
  await replaceFile(file, bytes);
  await replaceFile(digestFile(file), `${digestOf(bytes)}\n`);
}

export async function removeShadowFile(file: string): Promise<void> {
  await rm(file, { force: true });
  await rm(digestFile(file), { force: true });
}

function digestFile(file: string): string {
  return `${file}.sha256`;
}

function digestOf(bytes: Uint8Array): string {
  return sha256(bytes);
}
