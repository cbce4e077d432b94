import { sha256 } from '../../base/sha256';
import { rm, stat } from 'node:fs/promises';
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
  const beside = await readOrNull(digestFile(file));
  if (beside === null) return { kind: 'damaged', why: 'its digest is missing' };
  if (digestIn(beside) !== sha256(bytes)) return { kind: 'damaged', why: 'its digest does not fit' };
  return { kind: 'whole', bytes };
}

/**
 * What its writer said of a database, without reading that: null where nothing was said, or the file is of another length
 * than it was. Whether its bytes are what they were is known when it is read.
 */
export async function readDescription(file: string): Promise<unknown> {
  const beside = await readOrNull(digestFile(file));
  const [digest, text = '', seal] = beside?.toString('utf8').split('\n') ?? [];
  if (seal === undefined || seal !== sha256(`${digest}\n${text}`)) return null;
  const { bytes, says } = JSON.parse(text) as { bytes: number; says: unknown };
  const found = await stat(file).catch(() => null);
  return found?.size === bytes ? says : null;
}

/**
 * Each file is replaced as a whole. A crash between the two, or a power cut before they are on disk, leaves a digest
 * that does not fit: the shadow is then built anew, so waiting for the disk would buy nothing. `says` is what can be known
 * of the file without reading it.
 */
export async function writeShadowFile(file: string, bytes: Uint8Array, says: unknown = null): Promise<void> {
  const described = `${sha256(bytes)}\n${JSON.stringify({ bytes: bytes.length, says })}`;
  await replaceFile(file, bytes);
  await replaceFile(digestFile(file), `${described}\n${sha256(described)}\n`);
}

export async function removeShadowFile(file: string): Promise<void> {
  await rm(file, { force: true });
  await rm(digestFile(file), { force: true });
}

/** The digest that the file beside a database begins with. */
export function digestIn(beside: Buffer): string {
  return beside.toString('latin1').split('\n')[0]?.trim() ?? '';
}

function digestFile(file: string): string {
  return `${file}.sha256`;
}
