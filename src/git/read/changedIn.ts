import { Recent } from '../../base/recent';
import type { Oid } from '../../core/story/stage';
import type { ChangedInRequest } from '../../ports/candidates';
import { changesBetween, knownChanges } from '../landing/incoming';
import { fullOid } from '../door/names';
import type { Repository } from '../door/repository';
import { mergeBase } from './refs';
import { toPathspec } from './review';

const GITLINK = '160000';

/** See `Candidates.changedIn`. In doubt it says that something changed: a gate that runs for nothing costs only time. */
export async function changedIn(repository: Repository, request: ChangedInRequest): Promise<boolean[]> {
  const { base, tip, lists, isTree = false } = request;
  if (isTree) return unlikeTree(repository, request);
  return differing(repository, (await mergeBase(repository, base, tip)) ?? fullOid(base), tip, lists);
}

/** Two states are alike or not for good. */
const KEPT = 500;
const unlike = new WeakMap<Repository, Recent<boolean[]>>();

function unlikeTree(repository: Repository, { base, tip, lists }: ChangedInRequest): Promise<boolean[]> {
  const kept = unlike.get(repository) ?? new Recent<boolean[]>(KEPT);
  unlike.set(repository, kept);
  // What nothing names any more git may have removed.
  return kept
    .get(JSON.stringify([base, tip, lists]), () => differing(repository, fullOid(base), tip, lists))
    .catch(() => lists.map(() => true));
}

async function differing(
  repository: Repository,
  from: Oid,
  tip: Oid,
  lists: ChangedInRequest['lists'],
): Promise<boolean[]> {
  const all = await knownChanges(repository, from, tip);
  // Git's patterns do not look into another repository.
  if (all.some(({ oldMode, newMode }) => oldMode === GITLINK || newMode === GITLINK)) return lists.map(() => true);
  if (all.length === 0) return lists.map(() => false);
  return Promise.all(
    lists.map(async (patterns) => (await changesBetween(repository, from, tip, pathspecs(patterns))).length > 0),
  );
}

/** Case counts only where something is taken out, so that a pattern takes out no more than it says. */
function pathspecs(patterns: readonly string[]): string[] {
  const wanted = patterns.filter((one) => !one.startsWith('!')).flatMap(toPathspec);
  const out = patterns.flatMap((one) => (one.startsWith('!') ? toPathspec(one.slice(1)) : []));
  const all = wanted.length === 0 ? [':(glob)**'] : wanted;
  return [...all, ...out.map((one) => one.replace(':(glob,icase)', ':(exclude,glob)'))];
}
