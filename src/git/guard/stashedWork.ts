import type { Oid } from '../../core/story/stage';
import type { StashedWork } from '../../ports/runGuard';
import { fullOid, splitFields } from '../door/names';
import { runBare, type Repository } from '../door/repository';
import { readObjects, parseCommit } from '../read/commits';
import { readSharedRefs } from './sharedRefs';

/** The newest entries are looked at; who keeps hundreds of stashes does not have them taken by hundreds. */
const MOST = 50;

export async function stashEntries(repository: Repository): Promise<{ commit: Oid; message: string }[]> {
  return [...(await readSharedRefs(repository)).stash].reverse();
}

/** Blobs by path (`<path>\0<id>`) that a commit puts in place of what another has. */
type Changed = ReadonlyMap<string, string>;

/**
 * What commits hold that also stands in a stash entry, by path and content. What was in the branch before is no sign of
 * anything. Starts no git where there is no stash.
 */
export async function stashedWork(
  repository: Repository,
  { before, tip, stash }: { before: Oid; tip: Oid; stash: readonly Oid[] },
): Promise<StashedWork[]> {
  if (stash.length === 0 || before === tip) return [];
  const objects = await readObjects(repository, stash.slice(0, MOST).map(fullOid));
  const entries = objects.flatMap((one) => (one?.type === 'commit' ? [parseCommit(one.oid, one.data)] : []));
  const committed = await changedBlobs(repository, before, tip);
  const found: StashedWork[] = [];
  for (const { oid, parents, message } of entries) {
    const [base, , untracked] = parents;
    if (base === undefined) continue;
    const stashed = new Map(await changedBlobs(repository, base, oid));
    if (untracked !== undefined)
      for (const [path, blob] of await changedBlobs(repository, null, untracked)) stashed.set(path, blob);
    const paths = [...stashed].filter(([path, blob]) => committed.get(path) === blob).map(([path]) => path);
    if (paths.length > 0) found.push({ commit: oid, message: message.trim(), paths });
  }
  return found;
}

/** `from` null: everything that `to` holds. Removals have no content and are left out. */
async function changedBlobs(repository: Repository, from: Oid | null, to: Oid): Promise<Changed> {
  const which = from === null ? ['--root', fullOid(to)] : [fullOid(from), fullOid(to)];
  const { text } = await runBare(repository, 'diff-tree', ['-r', '-z', '--no-renames', '--no-commit-id', ...which]);
  const fields = splitFields(text);
  const found = new Map<string, string>();
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [, mode = '', , blob = ''] = (fields[at] ?? '').split(' ');
    if (mode !== '000000') found.set(fields[at + 1] ?? '', blob);
  }
  return found;
}
