import { open } from 'node:fs/promises';
import path from 'node:path';
import { takenBackPaths, type LandedBy, type OneSided, type TakenBack } from '../../core/review/takenBack';
import { twinsMet } from '../../core/review/twins';
import type { Oid } from '../../core/story/stage';
import { fullOid } from '../door/names';
import { runBare, type Repository } from '../door/repository';
import type { IncomingChange } from '../landing/incoming';
import { readCommit } from '../read/commits';
import { storyNumberIn, subjectOf } from './message';
import type { Scratch } from './scratch';
import type { StoryHistory } from './storyHistory';
import { changesOfPairs, type TreePair } from './treePairs';

export interface TakenBackRequest {
  readonly base: Oid;
  readonly storyTip: Oid;
  /** Full name of the story's branch, for where it began; null where nobody knows it. */
  readonly storyBranch: string | null;
  readonly history: Extract<StoryHistory, { kind: 'ahead' }>;
  /** The tree that would land, in the scratch. */
  readonly tree: Oid;
}

/** More places than this where a story met the target are not compared; it left the first ones long ago. */
const BEFORES = 20;
/** For more paths than this nobody looks who had landed them. */
const NAMED = 5;

/** What a landing would take back, and what it would change on the target. */
export async function findTakenBack(
  repository: Repository,
  scratch: Scratch,
  request: TakenBackRequest,
): Promise<{ takenBack: TakenBack[]; landing: IncomingChange[] }> {
  const { base, history, tree } = request;
  const befores = await beforesOf(repository, request);
  const pairs: TreePair[] = [
    { from: history.baseTree, to: tree, as: 'trees' },
    ...befores.map((from): TreePair => ({ from, to: base, as: 'commits' })),
  ];
  const [landing = [], ...since] = await changesOfPairs((...call) => scratch.run(...call), pairs);
  const mayDrop = scratch.namesMergeDrivers || history.commits.some(({ parents }) => parents.length > 1);
  const settled = mayDrop ? (await import('./oneSided')).settledOneSided : () => [];
  const oneSided: OneSided[] = await settled(repository, scratch, { ...request, landing });
  const paths = takenBackPaths({ landing, since, oneSided });
  const takenBack: TakenBack[] = [];
  for (const [index, one] of paths.entries()) {
    const who = one.whose === 'target' && index < NAMED ? await whoLanded(repository, request, one.path) : null;
    takenBack.push({ ...one, by: who });
  }
  // Of what the story has merged, its review knows.
  const gone = new Set(pathsOf(landing, 'D'));
  const stays = (path: string): boolean => !gone.has(path);
  const unseen = history.boundaries.includes(base) ? [] : since.map((one) => pathsOf(one, 'A').filter(stays));
  for (const [one, twin] of twinsMet(pathsOf(landing, 'A'), unseen))
    takenBack.push({ path: one, whose: 'story', by: null, twin });
  return { takenBack, landing };
}

function pathsOf(changes: readonly IncomingChange[], status: 'A' | 'D'): string[] {
  return changes.filter((one) => one.status === status).map((one) => one.path);
}

/** Commits of the target that the story knew: where it began, and what it merged since. */
async function beforesOf(repository: Repository, request: TakenBackRequest): Promise<Oid[]> {
  const { base, history, storyBranch } = request;
  const known = new Set(history.boundaries);
  const began = storyBranch === null ? null : await beginningOf(repository, storyBranch);
  const own = new Set(history.commits.map((one) => one.oid));
  if (began !== null && !own.has(began) && !known.has(began) && (await isOnTarget(repository, began, base)))
    known.add(began);
  known.delete(base);
  return [...known].slice(-BEFORES);
}

/**
 * Where the branch was made, by its reflog. A story that was reset or rebased onto the target shows no trace of that in
 * its commits. Null where the reflog is not there or begins later.
 */
async function beginningOf(repository: Repository, branch: string): Promise<Oid | null> {
  const file = await open(path.join(repository.commonDir, 'logs', ...branch.split('/'))).catch(() => null);
  if (file === null) return null;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(160), 0, 160, 0);
    const found = /^0+ ([0-9a-f]{40}(?:[0-9a-f]{24})?) /.exec(buffer.toString('latin1', 0, bytesRead));
    return found?.[1] ?? null;
  } finally {
    await file.close();
  }
}

/** Also false for a commit that git has not any more. */
async function isOnTarget(repository: Repository, commit: Oid, base: Oid): Promise<boolean> {
  const args = ['--is-ancestor', fullOid(commit), fullOid(base)];
  return (await runBare(repository, 'merge-base', args, { expect: [0, 1, 128] })).code === 0;
}

/** The last commit of the target's own line that changed a path. */
async function whoLanded(repository: Repository, request: TakenBackRequest, file: string): Promise<LandedBy | null> {
  const args = ['-1', '--first-parent', fullOid(request.base), '--', `:(literal)${file}`];
  const { text } = await runBare(repository, 'rev-list', args);
  if (text.trim() === '') return null;
  const { oid, message } = await readCommit(repository, fullOid(text.trim()));
  return { commit: oid, subject: subjectOf(message), number: storyNumberIn(message) };
}
