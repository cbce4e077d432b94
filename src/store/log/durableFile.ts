import { mkdir, open, writeFile } from 'node:fs/promises';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';

/** On Windows a folder cannot be opened; NTFS journals names by itself. */
export const foldersCanBeSynced = process.platform !== 'win32';

/** Makes names created, renamed or removed in a folder safe on disk. */
export async function syncFolder(folder: string): Promise<void> {
  if (!foldersCanBeSynced) return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Creates a folder and those above it, safe on disk. */
export async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  for (let made = folder; made.length >= first.length; made = path.dirname(made)) await syncFolder(path.dirname(made));
}

/** Replaces a file: a reader, or a start after a crash, sees all of the old content or all of the new one. */
export async function replaceFile(file: string, content: string | Uint8Array): Promise<void> {
  await writeFileAtomic(file, '', { tmpfileCreated: fillWith(content) });
}

/** As `replaceFile`, and on the disk when it resolves. */
export async function replaceFileDurably(file: string, content: string | Uint8Array): Promise<void> {
  await replaceFile(file, content);
  await syncFolder(path.dirname(file));
}

/**
 * The library writes with a single call and does not look at how much of it was written, so on a nearly full disk it
 * puts a part of the content in place of the file. It waits for this hook before it syncs and renames, and
 * `writeFile` writes all or rejects.
 */
function fillWith(content: string | Uint8Array): (temporary: string) => void {
  const fill = (temporary: string): Promise<void> => writeFile(temporary, content, { flag: 'r+' });
  // oxlint-disable-next-line typescript/no-misused-promises -- its types say void, its code awaits
  return fill;
}
