import { copyFile, link, mkdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { EarlierText } from '../../ports/store';
import { replaceFileDurably } from '../log/durableFile';
import { readOrNull } from '../readOrNull';
import { errorCode } from '../storeError';
import { checkedBytes, readChecked } from './checkedFile';
import { namesIn } from './contentRemains';

/** How many earlier bodies of a story are kept. */
const KEPT = 10;
const FOLDER = 'earlier';
const NAME = /^(\d{1,15})\.checked$/;

/**
 * Keeps a body that is about to be replaced, under the time (ms since 1970) at which it was written. One that is not whole
 * is none to come back to.
 */
export async function keepEarlier(bodyFile: string): Promise<void> {
  const bytes = await readOrNull(bodyFile);
  if (bytes === null || readChecked(bytes).kind !== 'whole') return;
  const folder = path.join(path.dirname(bodyFile), FOLDER);
  await mkdir(folder, { recursive: true });
  const kept = path.join(folder, `${Math.trunc((await stat(bodyFile)).mtimeMs)}.checked`);
  // The bytes are on the disk already: another name for them costs nothing, where the file system can do that.
  await link(bodyFile, kept).catch((error: unknown) =>
    errorCode(error) === 'EEXIST' ? undefined : copyFile(bodyFile, kept),
  );
  await forgetOldest(folder);
}

/** Keeps a text that is known from elsewhere, such as the search index, as one that was written at `at` (ms since 1970). */
export async function keepKnown(bodyFile: string, text: string, at: number): Promise<void> {
  const folder = path.join(path.dirname(bodyFile), FOLDER);
  await mkdir(folder, { recursive: true });
  await replaceFileDurably(path.join(folder, `${Math.trunc(at)}.checked`), checkedBytes(text));
}

/** The earlier bodies beside a body, the newest first; those that are damaged are left out and named to `onDamaged`. */
export async function earlierBodies(
  bodyFile: string,
  onDamaged: (file: string) => void = () => undefined,
): Promise<EarlierText[]> {
  const folder = path.join(path.dirname(bodyFile), FOLDER);
  const found: EarlierText[] = [];
  for (const at of await timesIn(folder)) {
    const bytes = await readOrNull(path.join(folder, `${at}.checked`));
    const read = bytes === null ? null : readChecked(bytes);
    if (read?.kind === 'damaged') onDamaged(path.join(folder, `${at}.checked`));
    if (read === null || read.kind === 'damaged') continue;
    found.push({ id: String(at), savedAt: new Date(at).toISOString(), text: read.text });
  }
  return found;
}

async function forgetOldest(folder: string): Promise<void> {
  for (const at of (await timesIn(folder)).slice(KEPT)) await rm(path.join(folder, `${at}.checked`), { force: true });
}

/** The newest first. */
async function timesIn(folder: string): Promise<number[]> {
  return (await namesIn(folder)).flatMap((name) => NAME.exec(name)?.[1] ?? []).map(Number).sort((a, b) => b - a); // prettier-ignore
}
