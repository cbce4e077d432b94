import path from 'node:path';
import type { CatchUpRequest, LandOutcome, LandRequest } from '../../ports/candidates';
import type { Candidate } from '../../core/landing/job';
import type { Oid } from '../../core/story/stage';
import { shortRef } from '../../core/story/names';
import { whyRebased } from './busyTree';
import { forgetRestaged } from './restaged';
import { parseCommit, readCommit } from '../read/commits';
import { readFollowMark } from './followMark';
import { hiddenChanges } from './hiddenChanges';
import { knownChanges } from './incoming';
import { checkoutOf, fastForward, whatIsInTheWay, type Advance, type Checkout } from './followTarget';
import { asOwnMove } from '../guard/ownMoves';
import { landingReflog } from '../candidate/message';
import { fullRef } from '../door/names';
import { isAncestor, moveTarget, type StoryAt } from '../read/refs';
import { refSnapshots } from '../read/refSnapshot';
import { readLoose } from '../candidate/looseObjects';
import type { Repository } from '../door/repository';
import { listWorktrees, type RegisteredWorktree } from '../read/worktrees';
import { say, tell, type Said } from '../../core/words/said';
import { exists } from '../../base/exists';

/** A move of the target, with the stories whose tips must be as they were proven. */
interface Move extends Advance, Pick<LandRequest, 'publish'> {
  readonly stories: readonly StoryAt[];
}

/**
 * Moves the target to a proven candidate. Asked again after a kill at any point it gives the same end: what landed
 * already is `landed`, and what did not is tried from the beginning.
 */
export async function land(repository: Repository, request: LandRequest): Promise<LandOutcome> {
  const reflog = await assertProven(repository, request);
  const { target, base, candidate, publish, signal } = request;
  return moveTo(
    repository,
    { target, base, candidate, stories: storiesOf(request), ...(publish && { publish }), ...(signal && { signal }) },
    reflog,
  );
}

/** Moves the target forward to commits that others proved and landed. */
export async function catchUp(
  repository: Repository,
  { target, base, to }: CatchUpRequest,
): Promise<Exclude<LandOutcome, { kind: 'storyMoved' | 'unpublished' }>> {
  if (!(await isAncestor(repository, base, to))) return { kind: 'targetMoved', tip: base };
  const outcome = await moveTo(repository, { target, base, candidate: { commit: to }, stories: [] }, CAUGHT_UP);
  if (outcome.kind === 'storyMoved' || outcome.kind === 'unpublished')
    throw new Error(`Catching up with ${to} ended as ${outcome.kind}.`);
  return outcome;
}

const CAUGHT_UP = 'switchyard: what others landed';

async function moveTo(repository: Repository, request: Move, reflog: string): Promise<LandOutcome> {
  const rebased = await whyRebased(repository, request.target);
  if (rebased !== null) return waiting(rebased);
  // Where the target cannot be checked out, the transaction itself looks at both refs.
  const [checkout, ...others] = (await listWorktrees(repository)).filter((one) => one.branch === request.target);
  if (checkout === undefined) return landUnseen(repository, request, reflog);
  if (others.length > 0) return waiting(say('{0} is checked out in more than one worktree.', shortRef(request.target)));
  if (!(await exists(checkout.path))) {
    if (checkout.locked === null) return landUnseen(repository, request, reflog);
    return waiting(say('{0} is checked out in {1}, which is locked and not there.', shortRef(request.target), checkout.path)); // prettier-ignore
  }
  return landInCheckout(repository, checkout, request, reflog);
}

function waiting(why: Said): LandOutcome {
  return { kind: 'waiting', files: [], why: tell(why) };
}

/** What was tested is what lands: tree, parents and target are as proof and lease say. Returns the reflog text. */
async function assertProven(repository: Repository, request: LandRequest): Promise<string> {
  const { candidate, base, before = [], lease, target } = request;
  let at = base;
  for (const link of before) {
    await assertBuildsOn(repository, at, link.candidate);
    at = link.candidate.commit;
  }
  if (lease.target !== target) throw new Error(`The lease is for ${lease.target}, not for ${target}.`);
  return landingReflog(await assertBuildsOn(repository, at, candidate));
}

/** The commit is as it was recorded and builds on `base`. Returns its message. */
async function assertBuildsOn(repository: Repository, base: Oid, candidate: Candidate): Promise<string> {
  const loose = await readLoose(path.join(repository.commonDir, 'objects'), candidate.commit);
  const isCommit = loose?.type === 'commit';
  const commit = isCommit ? parseCommit(candidate.commit, loose.data) : await readCommit(repository, candidate.commit);
  const asGated = commit.tree === candidate.tree && commit.parents.join(' ') === candidate.parents.join(' ');
  if (!asGated || candidate.base !== base)
    throw new Error(`Commit ${candidate.commit} is not what the gates and the lease were for.`);
  const buildsOnBase = commit.parents.includes(base) || (await isAncestor(repository, base, candidate.commit));
  if (!buildsOnBase)
    throw new Error(`Commit ${candidate.commit} does not build on ${base}, so landing it would drop commits.`);
  return commit.message;
}

/** Branch and tip of every story that lands. */
function storiesOf({ before = [], storyBranch, storyTip }: LandRequest): readonly StoryAt[] {
  return [...before, { storyBranch, storyTip }];
}

/** Where the refs stand: landed, one of them moved, or (null) both as expected. */
async function lookAtRefs(
  repository: Repository,
  request: Move,
  tips: ReadonlyMap<string, Oid>,
): Promise<LandOutcome | null> {
  const { target, base, candidate } = request;
  const targetTip: Oid | null = tips.get(target) ?? null;
  if (targetTip === candidate.commit) return { kind: 'landed', commit: candidate.commit };
  if (targetTip !== base) {
    const landed = targetTip !== null && (await isAncestor(repository, candidate.commit, targetTip));
    return landed ? { kind: 'landed', commit: candidate.commit } : { kind: 'targetMoved', tip: targetTip };
  }
  const moved = request.stories.find(({ storyBranch, storyTip }) => tips.get(storyBranch) !== storyTip);
  return moved === undefined ? null : { kind: 'storyMoved', tip: tips.get(moved.storyBranch) ?? null };
}

/**
 * All of these refs from git itself, whatever is known of them. The git that reads objects looks a ref up at each question, and is
 * there already.
 */
async function askRefs({ objects }: Repository, request: Move): Promise<ReadonlyMap<string, Oid>> {
  const branches = request.stories.map(({ storyBranch }) => fullRef(storyBranch));
  const refs = [...new Set([fullRef(request.target), ...branches])];
  const found = await objects.read(refs);
  return new Map(refs.flatMap((ref, at) => (found[at]?.type === 'commit' ? [[ref, found[at].oid] as const] : [])));
}

/** Nobody has the target checked out: one transaction verifies the stories and moves the target. */
async function landUnseen(repository: Repository, request: Move, reflog: string): Promise<LandOutcome> {
  const to = request.candidate.commit;
  if (request.publish !== undefined) {
    const before = await lookAtRefs(repository, request, await askRefs(repository, request));
    if (before !== null) return before;
    const published = await request.publish();
    if (published.kind !== 'done') return { kind: 'unpublished', published };
  }
  const move = await asOwnMove(
    repository,
    { ref: request.target, to },
    () => moveTarget(repository, { ...request, candidate: to, reflog }),
    ({ kind }) => kind === 'moved',
  );
  if (move.kind === 'moved') return { kind: 'landed', commit: request.candidate.commit };
  const after = await lookAtRefs(repository, request, await askRefs(repository, request));
  // Both refs as expected and still refused: somebody holds a lock. That passes.
  return (
    after ??
    waiting(say('git could not move {0} just now: {1}.', shortRef(request.target), move.why.replace(/\.$/, '')))
  );
}

async function landInCheckout(
  repository: Repository,
  worktree: RegisteredWorktree,
  request: Move,
  reflog: string,
): Promise<LandOutcome> {
  const checkout = await checkoutOf(repository, worktree);
  const { base, candidate } = request;
  await clearLeft(repository, checkout, { base, isLeft: (one) => one !== candidate.commit });
  const obstacle = await whatIsInTheWay(repository, checkout, request);
  // A checkout that is not at the base any more says nothing about this landing; the refs do.
  if (obstacle !== null && obstacle !== 'elsewhere') return { kind: 'waiting', ...obstacle };
  // Looking at a large checkout takes a while; the refs are asked again right before they move.
  const before = await lookAtRefs(repository, request, await askRefs(repository, request));
  if (before !== null) return before;
  const published = (await request.publish?.()) ?? { kind: 'done' };
  if (published.kind !== 'done') return { kind: 'unpublished', published };
  return asOwnMove(
    repository,
    { ref: request.target, to: request.candidate.commit },
    () => letFollow(repository, checkout, request, reflog),
    ({ kind }) => kind === 'landed',
  );
}

/** See `Candidates.leaveCheckout`. */
export async function leaveCheckout(repository: Repository, target: string, candidate: Oid): Promise<void> {
  const [worktree] = (await listWorktrees(repository)).filter((one) => one.branch === target);
  if (worktree == null || worktree.head === null || !(await exists(worktree.path))) return;
  const { head: base } = worktree;
  await clearLeft(repository, await checkoutOf(repository, worktree), { base, isLeft: (one) => one === candidate });
}

/** A landing that was taken back in the middle may have left its files there: they are nobody's changes. */
async function clearLeft(
  repository: Repository,
  checkout: Checkout,
  { base, isLeft }: { readonly base: Oid; readonly isLeft: (candidate: string) => boolean },
): Promise<void> {
  const mark = await readFollowMark(checkout);
  if (mark === null || !isLeft(mark.candidate)) return;
  const work = { runIds: [mark.runId], folders: [checkout.path] };
  if ((await repository.git.isAtWork(work)) !== 'no') return;
  const { goBack } = await import('./goBack');
  await goBack(repository, checkout, { base, candidate: { commit: mark.candidate } });
}

/** Lets the checkout follow, and says by the refs what came of it. */
async function letFollow(
  repository: Repository,
  checkout: Checkout,
  request: Move,
  reflog: string,
): Promise<LandOutcome> {
  const followed = await fastForward(repository, checkout, request, reflog).catch(async (error: unknown) => {
    // It was ended, and git may have been in the middle.
    if (error === request.signal?.reason) await (await import('./goBack')).goBack(repository, checkout, request);
    throw error;
  });
  if (followed.kind === 'waiting') return followed;
  // What is read now is what the next round asks for.
  const after = await lookAtRefs(repository, request, (await refSnapshots(repository).current()).heads);
  if (after?.kind === 'landed') await forgetRestaged(checkout);
  if (after !== null) return after;
  const incoming = await knownChanges(repository, request.base, request.candidate.commit);
  const files = await hiddenChanges(repository, checkout.path, incoming);
  if (files.length > 0) return { kind: 'waiting', files, why: tell(hiddenWhy(request, checkout.path)) };
  return waiting(say('git did not update the checkout in {0}: {1}.', checkout.path, followed.said.replace(/\.$/, '')));
}

function hiddenWhy({ target }: Advance, top: string): Said {
  return say('{0} is checked out in {1} with changes of yours in the same files, which git status does not show (skip-worktree, assume-unchanged, or ignored and out of the index).', shortRef(target), top); // prettier-ignore
}
