import type { LandedRange } from '../../core/landing/revertStory';
import type { Oid } from '../../core/story/stage';
import type { RevertOutcome, RevertRequest } from '../../ports/reverts';
import type { Repository } from '../door/repository';
import { readCommit, readCommits, type Commit } from '../read/commits';
import { signsCommits } from '../read/identity';
import { readLandings } from '../read/landings';
import { isAncestor } from '../read/refs';
import { commitTree } from './commitTree';
import { helperCommit } from './helperCommit';
import { mergeTree } from './mergeTree';
import { subjectOf, trailersOf } from './message';
import { withScratch } from './scratch';

/** A landing of more commits than this is told and reverted by its first and last ones all the same. */
const COMMITS_READ = 1000;

/**
 * Takes back what a landing brought as a whole, on the target's tip: merged with the landing's last commit as the common
 * base, so that what came later stays. The same commits and settings give the same tree wherever it runs.
 */
export async function buildRevert(repository: Repository, request: RevertRequest): Promise<RevertOutcome> {
  const range = await findRange(repository, request);
  if (range === null) return { kind: 'notLanded' };
  const [tip, base] = await readCommits(repository, [request.tip, range.base]);
  if (tip === undefined || base === undefined) return { kind: 'notLanded' };
  return withScratch(repository, tip.oid, async (scratch): Promise<RevertOutcome> => {
    const without = await helperCommit(scratch, base.tree, range.commit);
    const merged = await mergeTree(scratch, tip.oid, without);
    if (merged.kind === 'conflict') return { ...merged, range };
    if (merged.tree === tip.tree) return { kind: 'nothing', range };
    const commit = await commitTree(repository, scratch, {
      tree: merged.tree,
      parents: [tip.oid],
      message: revertMessage(request.subject, range),
      author: null,
      signed: await signsCommits(repository),
    });
    await scratch.keepObjects([commit], new Set([without]));
    return { kind: 'made', commit, range };
  });
}

/** In git's own words, so that other tools know it for a revert. */
function revertMessage(subject: string, { commits }: LandedRange): string {
  const said = commits.map(({ oid, isMerge }) => {
    const from = isMerge ? ', reversing what it merged into its first parent' : '';
    return `This reverts commit ${oid}${from}.`;
  });
  return `${subject}\n\n${said.toReversed().join('\n')}\n`;
}

async function findRange(repository: Repository, request: RevertRequest): Promise<LandedRange | null> {
  const { tip, storyKey, landed } = request;
  if (landed !== null && (await isOn(repository, landed.commit, tip))) {
    const base = landed.base ?? (await beforeLanding(repository, landed.commit, storyKey));
    return base === null ? null : rangeBetween(repository, base, landed.commit);
  }
  const last = (await readLandings(repository, tip)).findLast(({ key }) => key === storyKey);
  if (last === undefined) return null;
  const base = await beforeLanding(repository, last.commit, storyKey);
  return base === null ? null : rangeBetween(repository, base, last.commit);
}

/** A commit that git has lost is on no branch. */
function isOn(repository: Repository, commit: Oid, tip: Oid): Promise<boolean> {
  return isAncestor(repository, commit, tip).catch(() => false);
}

/** What the target was before: a merge brought all of it, else each commit in a row that names the story. */
async function beforeLanding(repository: Repository, last: Oid, storyKey: string): Promise<Oid | null> {
  let commit = await readCommit(repository, last);
  const names = (one: Commit): boolean => trailersOf(one.message).includes(`Story-Key: ${storyKey}`);
  for (let read = 0; read < COMMITS_READ; read++) {
    const parent = commit.parents[0];
    if (parent === undefined) return null;
    if (commit.parents.length > 1) return parent;
    const before = await readCommit(repository, parent);
    if (!names(before) || before.parents.length > 1) return parent;
    commit = before;
  }
  return null;
}

async function rangeBetween(repository: Repository, base: Oid, commit: Oid): Promise<LandedRange | null> {
  const commits: LandedRange['commits'][number][] = [];
  for (let at = commit; at !== base;) {
    const { oid, message, parents } = await readCommit(repository, at);
    commits.unshift({ oid, subject: subjectOf(message), isMerge: parents.length > 1 });
    const [parent] = parents;
    if (parent === undefined || commits.length > COMMITS_READ) return null;
    at = parent;
  }
  return { base, commit, commits };
}
