import type { Oid } from '../../core/story/stage';
import type { LandedStory } from '../../ports/merging';
import { storyNumberIn, subjectOf, trailersOf } from '../candidate/message';
import { fullOid } from '../door/names';
import { runBare, type Repository } from '../door/repository';
import { readCommits } from '../read/commits';
import { mergeBase } from '../read/refs';

/** So many are named; an agent reads the text of each. */
const NAMED = 5;
/** A story of more paths than this is found by these alone. */
const PATHS_A_CALL = 100;

/** Commits of the target's own line, since the branch left it, that changed one of the paths; any path where none is named. */
export async function landedSince(
  repository: Repository,
  { tip, target, paths }: { readonly tip: Oid; readonly target: Oid; readonly paths: readonly string[] },
): Promise<LandedStory[]> {
  const base = await mergeBase(repository, fullOid(tip), fullOid(target));
  if (base === null) return [];
  const pathspecs = paths.slice(0, PATHS_A_CALL).map((path) => `:(literal)${path}`);
  const args = [`-${NAMED}`, '--first-parent', fullOid(target), `^${fullOid(base)}`, '--', ...pathspecs];
  const { text } = await runBare(repository, 'rev-list', args);
  const commits = await readCommits(
    repository,
    text.split('\n').filter((line) => line !== ''),
  );
  return commits.map(({ oid, message }) => ({
    commit: oid,
    subject: subjectOf(message),
    number: storyNumberIn(message),
    storyKey: keyIn(message),
  }));
}

function keyIn(message: string): string | null {
  const found = trailersOf(message).find((line) => line.startsWith('Story-Key: '));
  return found?.slice('Story-Key: '.length).trim() ?? null;
}
