import { hunksOf, type FileLines } from '../../core/review/lineChanges';
import type { Oid } from '../../core/story/stage';
import { fullOid, splitFields } from '../door/names';
import { runBare, type Repository } from '../door/repository';

const HOW = ['-r', '-M', '--no-ext-diff', '--no-textconv', '--no-color'];

/** Which lines of these files changed between two commits; a file that is the same in both is left out. Renames are followed. */
export async function lineChanges(
  repository: Repository,
  from: Oid,
  to: Oid,
  paths: readonly string[],
): Promise<FileLines[]> {
  const range = ['--end-of-options', fullOid(from), fullOid(to)];
  const { text } = await runBare(repository, 'diff-tree', [...HOW, '-z', ...range]);
  const changed = readStatuses(text).filter(({ path }) => paths.includes(path));
  const found: FileLines[] = [];
  for (const { path, now } of changed) {
    if (now === null) {
      found.push({ path, now, hunks: [] });
      continue;
    }
    // Of one file at a time: names in a patch may be quoted, and so need not be read.
    const files = [...new Set([path, now])].map((one) => `:(literal)${one}`);
    const patch = await runBare(repository, 'diff-tree', [...HOW, '-p', '-U0', '--text', ...range, '--', ...files]);
    found.push({ path, now, hunks: hunksOf(patch.text) });
  }
  return found;
}

/** Bytes of a patch beyond which nobody reads it: a story can bring in a file of any size. */
const PATCH_MOST = 200_000;

/** See `ReviewGit.patch`. */
export async function patchBetween(repository: Repository, from: Oid, to: Oid): Promise<string> {
  const range = ['--end-of-options', fullOid(from), fullOid(to)];
  return (await runBare(repository, 'diff-tree', [...HOW, '-p', ...range], { most: PATCH_MOST })).text;
}

/** `:<modes> <ids> <status>`, then the path, and of a rename the new one as well. What was added was nothing before. */
function readStatuses(text: string): { path: string; now: string | null }[] {
  const fields = splitFields(text);
  const found: { path: string; now: string | null }[] = [];
  for (let at = 0; at < fields.length;) {
    const status = fields[at]?.split(' ').at(-1)?.[0] ?? '';
    const path = fields[at + 1] ?? '';
    if (status === 'R' || status === 'C') {
      if (status === 'R') found.push({ path, now: fields[at + 2] ?? null });
      at += 3;
      continue;
    }
    if (status !== 'A') found.push({ path, now: status === 'D' ? null : path });
    at += 2;
  }
  return found;
}
