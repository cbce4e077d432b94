import type { Oid } from '../../core/story/stage';
import { fullOid } from '../door/names';
import { runBare, type Repository } from '../door/repository';
import { changesBetween } from '../landing/incoming';
import { readCommits } from '../read/commits';
import { trailersOf } from './message';

/** Of more commits than this with the story's key in their message only the newest are read. */
const LOOKED_AT = 20;
/** A story of more paths than this is found by these alone. */
const PATHS_A_CALL = 100;

/** The commit by which the target came to hold a story's tip: the merge that brought it, or the tip itself. */
export async function broughtTip(repository: Repository, base: Oid, storyTip: Oid): Promise<Oid> {
  const range = ['--ancestry-path', fullOid(base), `^${fullOid(storyTip)}`];
  const line = await list(repository, ['--first-parent', '--parents', '--reverse', ...range, '--']);
  const [first = storyTip, firstParent] = (line[0] ?? '').split(' ').filter((part) => part !== '');
  // A fast-forward brought it: then it stands in the target's own line.
  return firstParent === storyTip ? storyTip : fullOid(first);
}

/**
 * The commit of the target that brought what a story would bring: one with the story's key, else the last one that
 * changed the story's paths, as after a squash by hand. Where neither is there, the target's tip is what holds it all.
 */
export async function broughtChanges(
  repository: Repository,
  { base, storyTip, storyKey }: { readonly base: Oid; readonly storyTip: Oid; readonly storyKey: string },
): Promise<Oid> {
  const trailer = `Story-Key: ${storyKey}`;
  const search = [`-${LOOKED_AT}`, '--fixed-strings', `--grep=${trailer}`, fullOid(base), '--'];
  for (const commit of await readCommits(repository, await list(repository, search)))
    if (trailersOf(commit.message).includes(trailer)) return commit.oid;
  const range = [fullOid(base), fullOid(storyTip)];
  const common = fullOid((await runBare(repository, 'merge-base', range)).text.trim());
  const paths = (await changesBetween(repository, common, storyTip)).slice(0, PATHS_A_CALL);
  if (paths.length === 0) return base;
  const pathspecs = paths.map((change) => `:(literal)${change.path}`);
  const args = ['-1', '--first-parent', fullOid(base), `^${common}`, '--', ...pathspecs];
  return (await list(repository, args))[0] ?? base;
}

async function list(repository: Repository, args: readonly string[]): Promise<string[]> {
  return (await runBare(repository, 'rev-list', args)).text.split('\n').filter((line) => line !== '');
}
