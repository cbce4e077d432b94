import type { MergeMark } from '../../core/landing/mergeMark';
import { shortRef } from '../../core/story/names';
import type { Oid } from '../../core/story/stage';
import type { BeginMergeOutcome, BeginMergeRequest } from '../../ports/merging';
import { fullOid, fullRef } from '../door/names';
import type { Repository } from '../door/repository';
import { whyBusy } from '../landing/busyTree';
import { localChanges } from '../read/localChanges';
import { tip } from '../read/refs';
import { rescueWork } from '../rescue/rescueWork';
import { linkedGitDir } from '../trees/ownTree';
import { mergeMark } from './mergeMark';
import { stateOfMerge, unmergedPaths } from './standingMerge';
import { undoMerge } from './undoMerge';
import { bringFiles, stagedTree, takeIn } from './worktreeState';

/** What is merged stays uncommitted; no setting of a person's commits it, stashes for it or asks for a signature. */
const HOW = ['--no-commit', '--no-ff', '--no-autostash', '--no-verify-signatures', '--no-stat', '--quiet'];

export async function beginMerge(repository: Repository, request: BeginMergeRequest): Promise<BeginMergeOutcome> {
  const { folder, by } = request;
  const [branch, before, target] = [fullRef(request.branch), fullOid(request.before), fullOid(request.target)];
  const gitDir = await linkedGitDir(repository.commonDir, folder);
  if (gitDir === null) return refused(`There is no worktree of this repository at ${folder}.`);
  if ((await mergeMark.read(gitDir)) !== null) {
    if ((await stateOfMerge(repository, gitDir, branch)) !== null)
      return refused(`A merge that Switchyard began is under way in ${folder}.`);
    await mergeMark.remove(gitDir);
  }
  const busy = await whyBusy(gitDir, folder);
  if (busy !== null) return refused(busy);
  if ((await tip(repository, branch)) !== before) return refused(`${shortRef(branch)} has moved on meanwhile.`);
  const changes = await localChanges(repository.git, folder);
  if (changes.length > 0 && request.uncommitted === 'refuse')
    return { kind: 'dirty', paths: changes.map((one) => one.path) };
  const mark: MergeMark = { by, branch, before, target, aside: null };
  const aside = changes.length === 0 ? null : await keepAside(repository, gitDir, request, mark);
  if (aside !== null && 'why' in aside) return refused(aside.why);
  if (aside === null) await mergeMark.write(gitDir, mark);
  const outcome = await merge(repository, request, aside?.kept ?? null);
  // Nothing was begun: what was taken out of the way comes back.
  if (outcome.kind === 'refused') await undoMerge(repository, request);
  return outcome;
}

function refused(why: string): Extract<BeginMergeOutcome, { kind: 'refused' }> {
  return { kind: 'refused', why };
}

/** Kept byte for byte, then written down, then taken out of the way. */
async function keepAside(
  repository: Repository,
  gitDir: string,
  { folder, branch, story, before }: BeginMergeRequest,
  mark: MergeMark,
): Promise<{ kept: string } | { why: string }> {
  const place = { folder, branch, story };
  const saved = await rescueWork(repository, { ...place, reason: 'uncommitted', large: 'keep' });
  if (saved.kind !== 'saved') return { why: saved.kind === 'refused' ? saved.why : 'It changes all the time.' };
  const index = await stagedTree(repository, folder);
  if (index === null) return { why: `Paths in ${folder} are unmerged. Settle them first.` };
  const files = await takeIn(repository, folder);
  await mergeMark.write(gitDir, { ...mark, aside: { index, files, kept: saved.ref } });
  if ((await bringFiles(repository, folder, files, before)) === 'brought') return { kept: saved.ref };
  await mergeMark.remove(gitDir);
  return { why: `Files in ${folder} are being changed. They are also kept as ${saved.ref}. Try again.` };
}

async function merge(
  repository: Repository,
  request: BeginMergeRequest,
  kept: string | null,
): Promise<BeginMergeOutcome> {
  const { folder, branch, target, targetName } = request;
  const message = `Merge ${targetName} into ${shortRef(branch)}`;
  const { code, stderr } = await repository.git.run('merge', [...HOW, '-m', message, fullOid(target)], {
    cwd: folder,
    expect: [0, 1, 2, 128],
  });
  const files = await unmergedPaths(repository, folder);
  if (files.length > 0) return { kind: 'conflicted', files, kept };
  if (code === 0) return { kind: (await mergeHead(repository, folder)) === null ? 'upToDate' : 'merged', kept };
  // With no path unmerged git stopped for something else, such as a folder's rename that is split.
  const why = stderr.trim().split('\n')[0] ?? '';
  return code === 1 && (await mergeHead(repository, folder)) !== null
    ? { kind: 'conflicted', files, kept }
    : refused(`git could not merge ${targetName} in ${folder}${why === '' ? '' : `: ${why}`}.`);
}

async function mergeHead({ git }: Repository, folder: string): Promise<Oid | null> {
  const { code, text } = await git.run('rev-parse', ['--verify', '--quiet', 'MERGE_HEAD'], {
    cwd: folder,
    expect: [0, 1, 128],
  });
  return code === 0 ? text.trim() : null;
}
