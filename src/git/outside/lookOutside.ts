import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Oid } from '../../core/story/stage';
import type { Arrival, OutsideFound, OutsideRequest } from '../../ports/outside';
import { broughtTip } from '../candidate/broughtBy';
import { fullOid } from '../door/names';
import { runBare, type Repository } from '../door/repository';
import { readObjects } from '../read/commits';
import { readLandings } from '../read/landings';
import { isAncestor } from '../read/refs';
import { newCommits, type NewCommit } from './newCommits';
import { revertsAmong, storyKeyIn } from './revertsByHand';
import { commitWithSameChanges } from './sameChanges';

/** So many stories are compared by their changes in one look: that is what costs. */
const COMPARED = 20;

type Live = OutsideRequest['live'][number];

/** What came to the target, what went from it, and what takes back what is on it. */
export async function lookOutside(repository: Repository, request: OutsideRequest): Promise<OutsideFound> {
  const came = await newCommits(repository, request);
  const [arrived, lost] = [await arrivals(repository, request, came), await lostLandings(repository, request)];
  return { arrived, lost, ...(await revertsAmong(repository, request, came)) };
}

async function arrivals(
  repository: Repository,
  request: OutsideRequest,
  came: readonly NewCommit[],
): Promise<Arrival[]> {
  const byId = new Map(came.map((one) => [one.commit, one]));
  const named = new Map(came.toReversed().flatMap((one) => {
    const key = storyKeyIn(one.message);
    return key === null ? [] : [[key, one] as const];
  })); // prettier-ignore
  // What Switchyard landed itself names its story: it cannot be another one's work.
  const isForeign = came.some(({ message }) => storyKeyIn(message) === null);
  const found: Arrival[] = [];
  let compared = 0;
  for (const story of request.live) {
    const { key, tip } = story;
    const by = named.get(key);
    if (byId.has(tip)) {
      const merged = by?.commit ?? (await mergedBy(repository, request.target, story, came));
      const at = byId.get(merged ?? '')?.at ?? came[0]?.at ?? '';
      if (merged !== null) found.push({ key, how: by === undefined ? 'merged' : 'named', commit: merged, at });
      continue;
    }
    if ((by === undefined && !isForeign) || (compared += 1) > COMPARED) continue;
    // Nothing of the branch may be missing there, whatever a commit says.
    const same = await commitWithSameChanges(repository, request.target, tip, came);
    const commit = same === null ? null : (by ?? same);
    if (commit !== null)
      found.push({ key, how: by === undefined ? 'sameChanges' : 'named', commit: commit.commit, at: commit.at });
  }
  return found;
}

/**
 * The commit by which a tip that is on the target came there; null where nothing says that it is work of the story at all: a
 * branch that has just begun, or followed the target, stands on it too.
 */
async function mergedBy(repository: Repository, target: Oid, story: Live, came: readonly NewCommit[]): Promise<Oid | null> {
  const merge = came.find(({ parents }) => parents.slice(1).includes(story.tip));
  if (merge !== undefined) return merge.commit;
  if (!story.hadWork && !((await wasMadeThere(repository, story)) ?? (await wasAhead(repository, story)))) return null;
  return broughtTip(repository, target, story.tip);
} // prettier-ignore

/**
 * Whether the branch was seen with what the target, and the story's parent, did not have, and still has it. A target that was set
 * back looks so to what began on it.
 */
async function wasAhead(repository: Repository, { tip, seen, parent }: Live): Promise<boolean> {
  if (seen === null || parent === null) return false;
  const others = [seen.target, ...(parent === undefined ? [] : [parent])];
  for (const one of [seen.tip, ...others]) if (!(await isThere(repository, one))) return false;
  for (const other of others) if (await isAncestor(repository, seen.tip, other)) return false;
  return seen.tip === tip || isAncestor(repository, seen.tip, tip);
}

/** What git writes into a branch's log when a commit is made on it. */
const MADE = /^(?:commit|cherry-pick|rebase|am|revert)\b/;

/** Whether the branch's own log says that its tip was made on it, rather than taken from elsewhere; null where it says nothing. */
async function wasMadeThere({ commonDir }: Repository, { branch, tip }: Live): Promise<boolean | null> {
  const log = await readFile(path.join(commonDir, 'logs', ...branch.split('/')), 'utf8').catch(() => '');
  const said = log.split('\n').flatMap((line) => {
    const [, to, message = ''] = /^[0-9a-f]+ ([0-9a-f]+) [^\t]*\t(.*)$/.exec(line) ?? [];
    return to === tip ? [message] : [];
  });
  return said.length === 0 ? null : said.some((message) => MADE.test(message));
}

/** Landings that the target no longer holds. One call finds them all. */
async function lostLandings(repository: Repository, { target, since, landed }: OutsideRequest): Promise<OutsideFound['lost']> {
  if (landed.length === 0 || (since !== null && (await isThere(repository, since)) && (await isAncestor(repository, since, target)))) return [];
  const objects = await readObjects(repository, landed.map(({ commit }) => fullOid(commit)));
  const there = landed.filter((_, at) => objects[at]?.type === 'commit');
  const args = [...new Set(there.map(({ commit }) => fullOid(commit)))];
  const outside = args.length === 0 ? '' : (await runBare(repository, 'rev-list', [...args, `^${fullOid(target)}`, '--'])).text;
  const missing = new Set(outside.split('\n'));
  const lost = landed.filter((one) => !there.includes(one) || missing.has(one.commit));
  const again = lost.length === 0 ? [] : await readLandings(repository, target);
  return lost.map(({ key }) => {
    const other = again.findLast((one) => one.key === key);
    return { key, again: other === undefined ? null : { key, how: 'named', commit: other.commit, at: other.at } };
  });
} // prettier-ignore

async function isThere(repository: Repository, commit: Oid): Promise<boolean> {
  return (await readObjects(repository, [fullOid(commit)]))[0]?.type === 'commit';
}
