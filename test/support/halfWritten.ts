import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { checkedBytes } from '../../src/store/content/checkedFile';
import { storeFolderIn } from '../../src/store/storeFolder';

/** Leaves the content of a story as a creation does that was cut off. */
export function leaveHalfWritten(repository: string, number: number, body: string): void {
  const folder = path.join(storeFolderIn(path.join(repository, '.git')), 'content', `lost-${number}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'number'), String(number));
  writeFileSync(path.join(folder, 'body.checked'), checkedBytes(body));
}
