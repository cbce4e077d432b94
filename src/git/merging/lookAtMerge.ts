import type { MergeLook } from '../../core/landing/mergemaster';
import type { Oid } from '../../core/story/stage';
import { fullOid, fullRef } from '../door/names';
import { type Repository } from '../door/repository';
import { whyBusy } from '../landing/busyTree';
import { findTakenBack } from '../candidate/takenBack';
import { mergeTree } from '../candidate/mergeTree';
import { withScratch } from '../candidate/scratch';
import { readStoryHistory } from '../candidate/storyHistory';
import { localChanges } from '../read/localChanges';
import { isAncestor, tip } from '../read/refs';
import { reviewFacts } from '../read/review';
import { linkedGitDir } from '../trees/ownTree';
import { unmergedPaths } from './standingMerge';

interface Attempt {
  readonly branch: string;
  readonly folder: string;
  readonly before: Oid;
  readonly target: Oid;
}

export async function lookAtMerge(repository: Repository, request: Attempt): Promise<MergeLook> {
  const { folder } = request;
  const [branch, before, target] = [fullRef(request.branch), fullOid(request.before), fullOid(request.target)];
  const gitDir = await linkedGitDir(repository.commonDir, folder);
  const now = (await tip(repository, branch)) ?? before;
  const keepsStory = await isAncestor(repository, before, now);
  const isThere = gitDir !== null;
  const look = {
    unmerged: isThere ? await unmergedPaths(repository, folder) : [],
    underWay: isThere && (await whyBusy(gitDir, folder)) !== null,
    uncommitted: isThere ? (await localChanges(repository.git, folder)).map((one) => one.path) : [],
    keepsStory,
    joined: keepsStory && (await isAncestor(repository, target, now)),
    moved: now !== before,
    markers: [],
    dropped: [],
    nothingLeft: false,
  };
  if (!look.joined || !look.moved) return look;
  const markers = await markersIn(repository, { before, target, now });
  return { ...look, markers, ...(await whatIsGone(repository, branch, target, now)) };
}

/** Lines of conflict marks that the target has not; a line of `=======` alone where it is one more than both sides had. */
async function markersIn(
  repository: Repository,
  { before, target, now }: { before: Oid; target: Oid; now: Oid },
): Promise<string[]> {
  const limit = { reviewPaths: [], maxFileMB: Number.MAX_SAFE_INTEGER };
  const facts = await reviewFacts(repository, { base: target, tip: now, ...limit });
  const left = new Set(facts.conflictMarkers);
  const others = facts.changedPaths.filter((path) => !left.has(path) && !facts.deletedPaths.includes(path));
  for (const path of others) {
    const [here = 0, ...sides] = await Promise.all([now, before, target].map((at) => dividersAt(repository, at, path)));
    if (here > sides.reduce((sum, one) => sum + one, 0)) left.add(path);
  }
  return [...left];
}

async function dividersAt(repository: Repository, commit: Oid, path: string): Promise<number> {
  const [object] = path.includes('\n') ? [] : await repository.objects.read([`${commit}:${path}`]);
  if (object?.type !== 'blob') return 0;
  return object.data.toString('latin1').match(/^={7}\r?$/gm)?.length ?? 0;
}

/** As a landing looks at what it would take back: on the side of the target, and on the story's own. */
async function whatIsGone(
  repository: Repository,
  storyBranch: string,
  base: Oid,
  storyTip: Oid,
): Promise<Pick<MergeLook, 'dropped' | 'nothingLeft'>> {
  const history = await readStoryHistory(repository, base, storyTip);
  if (history.kind !== 'ahead') return { dropped: [], nothingLeft: true };
  return withScratch(repository, base, async (scratch) => {
    const merged = await mergeTree(scratch, base, storyTip);
    if (merged.kind === 'conflict') return { dropped: [], nothingLeft: false };
    const { tree } = merged;
    const { takenBack } = await findTakenBack(repository, scratch, { base, storyTip, storyBranch, history, tree });
    return { dropped: takenBack.map(({ path, whose }) => ({ path, whose })), nothingLeft: tree === history.baseTree };
  });
}
