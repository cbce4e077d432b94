import type { Oid } from '../../core/story/stage';
import { withScratch, type Scratch } from '../candidate/scratch';
import { mergeTree } from '../candidate/mergeTree';
import { fullOid } from '../door/names';
import { Recent } from '../../base/recent';
import { runBare, type Repository } from '../door/repository';
import { readCommit } from '../read/commits';
import { mergeBase } from '../read/refs';
import type { NewCommit } from './newCommits';

/** A history that went apart further than this, in commits of the target, is not compared change by change. */
const LONGEST = 2000;
/** What was found out is kept: the same two commits always give the same answer. */
const KEPT = 500;
const answers = new WeakMap<Repository, Recent<Oid | null>>();

const HELPER = {
  GIT_AUTHOR_NAME: 'Switchyard',
  GIT_AUTHOR_EMAIL: 'switchyard@localhost',
  GIT_COMMITTER_NAME: 'Switchyard',
  GIT_COMMITTER_EMAIL: 'switchyard@localhost',
};

/**
 * The commit with which the target came to hold all that a story changes, though none of its own commits is there: each of them
 * picked or rebased, or all of them squashed. Null where that is not so. Compared by git's own patch ids.
 */
export async function commitWithSameChanges(
  repository: Repository,
  target: Oid,
  tip: Oid,
  came: readonly NewCommit[],
): Promise<Pick<NewCommit, 'commit' | 'at'> | null> {
  const kept = answers.get(repository) ?? new Recent<Oid | null>(KEPT);
  answers.set(repository, kept);
  const found = await kept.get(`${target} ${tip}`, () => find(repository, target, tip));
  if (found === null) return null;
  const seen = came.find(({ commit }) => commit === found);
  if (seen !== undefined) return seen;
  // It was there at the last look, when its story could not be told.
  const { date } = (await readCommit(repository, found)).committer;
  return { commit: found, at: new Date(Number.parseInt(date, 10) * 1000).toISOString() };
}

async function find(repository: Repository, target: Oid, tip: Oid): Promise<Oid | null> {
  const base = await mergeBase(repository, target, tip);
  if (base === null || base === tip) return null;
  const apart = await runBare(repository, 'rev-list', [`--max-count=${LONGEST}`, '--count', fullOid(target), `^${base}`]);
  if (Number(apart.text) >= LONGEST) return null;
  const [baseTree, tipTree] = [(await readCommit(repository, base)).tree, (await readCommit(repository, tip)).tree];
  // A story whose commits come to nothing is on every target, and says nothing.
  if (baseTree === tipTree) return null;
  const picked = await equals(repository, target, tip);
  if (picked.left === 0 && picked.same.length > 0) return picked.same[0] ?? null;
  return withScratch(repository, target, (scratch) => squashed(repository, scratch, { target, tip, base, tipTree }));
} // prettier-ignore

/** Commits of the target that change the same as commits of the story, the newest first, and how many of the story's are left. */
async function equals(repository: Repository, target: Oid, tip: Oid): Promise<{ same: Oid[]; left: number }> {
  const args = ['--left-right', '--cherry-mark', '--no-merges', `${fullOid(target)}...${fullOid(tip)}`, '--'];
  const lines = (await runBare(repository, 'rev-list', args)).text.split('\n').filter((line) => line !== '');
  const own = new Set((await runBare(repository, 'rev-list', ['--no-merges', fullOid(tip), `^${fullOid(target)}`])).text.split('\n'));
  const same = lines.filter((line) => line.startsWith('=')).map((line) => line.slice(1));
  return { same: same.filter((oid) => !own.has(oid)), left: lines.filter((line) => line.startsWith('>')).length };
} // prettier-ignore

interface Squash {
  readonly target: Oid;
  readonly tip: Oid;
  readonly base: Oid;
  readonly tipTree: Oid;
}

/** All of the story as one commit, which is never kept, held against the commits of the target. */
async function squashed(repository: Repository, scratch: Scratch, { target, tip, base, tipTree }: Squash): Promise<Oid | null> {
  const args = ['--no-gpg-sign', '-p', fullOid(base), '-F', '-', fullOid(tipTree)];
  const one = fullOid((await scratch.run('commit-tree', args, { env: HELPER, input: 'squash\n' })).text.trim());
  const range = ['--left-right', '--cherry-mark', '--no-merges', `${fullOid(target)}...${one}`, '--'];
  const lines = (await scratch.run('rev-list', range)).text.split('\n');
  const same = lines.find((line) => line.startsWith('=') && line.slice(1) !== one)?.slice(1);
  if (same !== undefined) return fullOid(same);
  // Squashed with other work, or changed since: then at least nothing of it may be missing.
  const merged = await mergeTree(scratch, target, tip);
  const { tree } = await readCommit(repository, target);
  return merged.kind === 'clean' && merged.tree === tree ? target : null;
} // prettier-ignore
