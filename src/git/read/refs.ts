import path from 'node:path';
import type { Oid } from '../../core/story/stage';
import { fullOid, fullRef } from '../door/names';
import { Recent } from '../../base/recent';
import { stampOf } from '../../base/fileStamp';
import { runBare, type Repository } from '../door/repository';
import { refSnapshots } from './refSnapshot';

const PINS = 'refs/switchyard/candidates/';

/** Full commit id of a ref, null where it does not exist. A branch is looked up among those that were read last. */
export async function tip(repository: Repository, ref: string): Promise<Oid | null> {
  if (ref.startsWith('refs/heads/')) return (await refSnapshots(repository).current()).heads.get(fullRef(ref)) ?? null;
  const args = ['--verify', '--quiet', '--end-of-options', `${fullRef(ref)}^{commit}`];
  const { code, text } = await runBare(repository, 'rev-parse', args, { expect: [0, 1] });
  return code === 0 ? fullOid(text.trim()) : null;
}

/** Refs below a prefix such as `refs/heads`, or exactly these refs, with the ids they hold. */
export async function listRefs(repository: Repository, ...patterns: string[]): Promise<Map<string, Oid>> {
  const { text } = await runBare(repository, 'for-each-ref', ['--format=%(objectname) %(refname)', ...patterns]);
  const lines = text.split('\n').filter((line) => line !== '');
  return new Map(lines.map((line) => [line.slice(line.indexOf(' ') + 1), line.slice(0, line.indexOf(' '))]));
}

/** Whether everything in `ancestor` is also in `descendant`; a commit is its own ancestor. */
export async function isAncestor(repository: Repository, ancestor: Oid, descendant: Oid): Promise<boolean> {
  const args = ['--is-ancestor', fullOid(ancestor), fullOid(descendant)];
  if (ancestor === descendant) return true;
  return ofHistory(repository, `isAncestor ${ancestor} ${descendant}`, async () => {
    const { code } = await runBare(repository, 'merge-base', args, { expect: [0, 1] });
    return code === 0;
  });
}

/** Commits with which the history of its branches begins; empty where a shallow clone or a graft hides that. */
export async function roots(repository: Repository): Promise<Oid[]> {
  if ((await stampOf(hidingWhereItBegins(repository))).newest > 0) return [];
  const { text } = await runBare(repository, 'rev-list', ['--max-parents=0', '--branches', '--remotes']);
  return text.split('\n').filter((line) => line !== '');
}

/** One best common ancestor of a commit and of others as if these were merged; null where the histories have none. */
export async function mergeBase(repository: Repository, one: Oid, ...others: [Oid, ...Oid[]]): Promise<Oid | null> {
  const args = [one, ...others].map(fullOid);
  return ofHistory(repository, `mergeBase ${args.join(' ')}`, async () => {
    const { code, text } = await runBare(repository, 'merge-base', args, { expect: [0, 1] });
    return code === 0 ? fullOid(text.trim()) : null;
  });
}

/** Commits reachable from `tip` and not from `base`. */
export async function commitsAhead(repository: Repository, base: Oid, tip: Oid): Promise<number> {
  const args = ['--count', '--end-of-options', fullOid(tip), `^${fullOid(base)}`];
  return ofHistory(repository, `commitsAhead ${base} ${tip}`, async () => {
    const { text } = await runBare(repository, 'rev-list', args);
    // No answer is not the answer "none".
    if (!/^\d+\s*$/.test(text)) throw new Error(`git rev-list --count answered ${JSON.stringify(text)}.`);
    return Number(text);
  });
}

/** Answers about commits kept per repository. */
const ANSWERS_KEPT = 200;
const answers = new WeakMap<Repository, Recent<unknown>>();

/**
 * What commits say of each other never changes, so it is asked once. Only where history begins is a matter of this
 * clone: fetching more of a shallow one, or a graft, gives other answers.
 */
async function ofHistory<T>(repository: Repository, question: string, find: () => Promise<T>): Promise<T> {
  const kept = answers.get(repository) ?? new Recent<unknown>(ANSWERS_KEPT);
  answers.set(repository, kept);
  const { text } = await stampOf(hidingWhereItBegins(repository));
  // Each question is asked by one function alone, so its answer has that function's type.
  return (await kept.get(`${text} ${question}`, find)) as T;
}

/** Files that, where there are any, make history seem to begin later than it does. */
function hidingWhereItBegins({ commonDir }: Repository): string[] {
  return ['shallow', path.join('info', 'grafts')].map((name) => path.join(commonDir, name));
}

/** Keeps a candidate from being collected. */
export async function pinCandidate(repository: Repository, jobId: string, candidate: Oid): Promise<void> {
  await runBare(repository, 'update-ref', ['--end-of-options', pinRef(jobId), fullOid(candidate)]);
}

export async function unpinCandidate(repository: Repository, jobId: string): Promise<void> {
  await runBare(repository, 'update-ref', ['-d', '--end-of-options', pinRef(jobId)]);
}

/** Job ids of all pinned candidates. */
export async function pinnedCandidates(repository: Repository): Promise<string[]> {
  const refs = await listRefs(repository, PINS.slice(0, -1));
  return [...refs.keys()].map((ref) => ref.slice(PINS.length));
}

function pinRef(jobId: string): string {
  if (!/^[a-z0-9-]{1,64}$/.test(jobId)) throw new Error(`${JSON.stringify(jobId)} is not a job id.`);
  return `${PINS}${jobId}`;
}

/** A story's branch and where it is to be. */
export interface StoryAt {
  readonly storyBranch: string;
  readonly storyTip: Oid;
}

/** Moves `target` from `base` to `candidate` only while every story is where it was: all or nothing. */
export interface Move {
  readonly target: string;
  readonly base: Oid;
  readonly candidate: Oid;
  readonly stories: readonly StoryAt[];
  readonly reflog: string;
}

export type MoveOutcome = { kind: 'moved' } | { kind: 'refused'; why: string };

/** One reference transaction. git refuses as a whole; the reason must be read from the refs, not from its words. */
export async function moveTarget(repository: Repository, move: Move): Promise<MoveOutcome> {
  const input = [
    'start',
    ...move.stories.flatMap((one) => [`verify ${fullRef(one.storyBranch)}`, fullOid(one.storyTip)]),
    `update ${fullRef(move.target)}`,
    fullOid(move.candidate),
    fullOid(move.base),
    'prepare',
    'commit',
    '',
  ].join('\0');
  const args = ['-m', move.reflog, '--stdin', '-z'];
  const { code, stderr } = await runBare(repository, 'update-ref', args, { input, expect: [0, 128] });
  return code === 0 ? { kind: 'moved' } : { kind: 'refused', why: stderr.trim().split('\n')[0] ?? '' };
}
