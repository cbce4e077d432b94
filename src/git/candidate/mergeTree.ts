import type { Oid } from '../../core/story/stage';
import { fullOid, splitFields } from '../door/names';
import type { Scratch } from './scratch';

export type MergeTreeOutcome = { kind: 'clean'; tree: Oid } | { kind: 'conflict'; files: string[]; message: string };

/** Merges two commits of related histories in a scratch; the exit code decides, never the text. */
export async function mergeTree(scratch: Scratch, ours: Oid, theirs: Oid): Promise<MergeTreeOutcome> {
  const args = ['--write-tree', '-z', '--name-only', '--messages', '--end-of-options', fullOid(ours), fullOid(theirs)];
  const { code, text } = await scratch.run('merge-tree', args, { expect: [0, 1] });
  return code === 0 ? { kind: 'clean', tree: fullOid(text.split('\0')[0] ?? '') } : parseConflict(text);
}

/**
 * What git itself makes of two commits, conflicts included: the tree with its marks, and the files in conflict. Null
 * where they cannot be merged at all.
 */
export async function mergeTreeOf(
  scratch: Scratch,
  one: Oid,
  other: Oid,
): Promise<{ tree: Oid; files: readonly string[] } | null> {
  const args = ['--write-tree', '-z', '--name-only', '--no-messages', '--end-of-options', fullOid(one), fullOid(other)];
  const { code, text } = await scratch.run('merge-tree', args, { expect: [0, 1, 128] });
  if (code === 128) return null;
  const [tree = '', ...files] = splitFields(text);
  return { tree: fullOid(tree), files: [...new Set(files)] };
}

/** A file that stands where the other side has a folder is told as `name~<commit>`: git lays it there. */
export function ownName(file: string): string {
  return file.replace(/~(?:[0-9a-f]{40}|[0-9a-f]{64})(?:_\d+)?$/, '');
}

/**
 * `<tree> NUL (<path> NUL)* NUL (<count> NUL (<path> NUL)* <kind> NUL <message> NUL)*`, see git-merge-tree(1).
 * A conflict can name no file at all, as when a directory's rename is split; its message then says what is wrong.
 */
export function parseConflict(text: string): Extract<MergeTreeOutcome, { kind: 'conflict' }> {
  const fields = text.split('\0');
  const end = fields.indexOf('', 1);
  const files = [...new Set(fields.slice(1, end === -1 ? undefined : end).map(ownName))];
  const messages: { kind: string; text: string }[] = [];
  for (let at = end + 1; end !== -1 && at + 2 < fields.length;) {
    const afterPaths = at + 1 + Number(fields[at]);
    messages.push({ kind: fields[afterPaths] ?? '', text: (fields[afterPaths + 1] ?? '').trim() });
    at = afterPaths + 2;
  }
  const conflicts = messages.filter(({ kind }) => kind.startsWith('CONFLICT'));
  const told = conflicts.length > 0 ? conflicts : messages;
  return { kind: 'conflict', files, message: told.map((one) => one.text).join('\n') };
}
