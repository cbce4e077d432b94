import type { MergeMark } from '../../core/landing/mergeMark';
import path from 'node:path';
import { readFile } from 'node:fs/promises';
import { exists } from '../../base/exists';
import { shortRef } from '../../core/story/names';
import type { Oid } from '../../core/story/stage';
import type { MergePlace, UndoMergeOutcome } from '../../ports/merging';
import { fullRef } from '../door/names';
import { runBare, type Repository } from '../door/repository';
import { moveRef } from '../guard/changeRefs';
import { localChanges } from '../read/localChanges';
import { tip } from '../read/refs';
import { rescueWork } from '../rescue/rescueWork';
import { linkedGitDir } from '../trees/ownTree';
import { mergeMark } from './mergeMark';
import { bringFiles, bringIndex, takeIn } from './worktreeState';

const REFLOG = 'switchyard: take back a merge';

/** Safe to repeat: a kill at any step leaves the mark, and the next one does what was left. */
export async function undoMerge(repository: Repository, place: MergePlace): Promise<UndoMergeOutcome> {
  const { folder } = place;
  const branch = fullRef(place.branch);
  const gitDir = await linkedGitDir(repository.commonDir, folder);
  const mark = gitDir === null ? null : await mergeMark.read(gitDir);
  if (gitDir === null || mark?.branch !== branch) return { kind: 'undone', kept: null };
  const { before } = mark;
  let kept: string | null = null;
  if (!(await isAsBefore(repository, gitDir, folder, mark))) {
    const saved = await rescueWork(repository, { ...place, reason: 'merge', large: 'keep' });
    if (saved.kind === 'refused') return { kind: 'refused', why: saved.why };
    kept = saved.kind === 'saved' ? saved.ref : null;
    const why = await goBack(repository, gitDir, { branch, folder, before });
    if (why !== null) return { kind: 'refused', why: `${why}${kept === null ? '' : ` It is also kept as ${kept}.`}` };
  }
  const { aside } = mark;
  if (aside !== null) {
    if ((await bringFiles(repository, folder, before, aside.files)) === 'refused')
      return { kind: 'refused', why: `Your work could not be put back into ${folder}. It is kept as ${aside.kept}.` };
    await bringIndex(repository, folder, aside.index);
  }
  await mergeMark.remove(gitDir);
  return { kind: 'undone', kept };
}

async function isAsBefore(
  repository: Repository,
  gitDir: string,
  folder: string,
  { branch, before }: MergeMark,
): Promise<boolean> {
  if ((await tip(repository, branch)) !== before) return false;
  if ((await headOf(gitDir)) !== `ref: ${branch}` || (await exists(path.join(gitDir, 'MERGE_HEAD')))) return false;
  return (await localChanges(repository.git, folder)).length === 0;
}

async function headOf(gitDir: string): Promise<string> {
  return (await readFile(path.join(gitDir, 'HEAD'), 'utf8')).trim();
}

/** Returns why it could not, null where it is done. */
async function goBack(
  repository: Repository,
  gitDir: string,
  { branch, folder, before }: { branch: string; folder: string; before: Oid },
): Promise<string | null> {
  const files = await takeIn(repository, folder);
  const at = await tip(repository, branch);
  if (at !== null && at !== before && !(await moveBranch(repository, branch, at, before)))
    return `${shortRef(branch)} moved meanwhile.`;
  if ((await headOf(gitDir)) !== `ref: ${branch}`)
    await runBare(repository, 'symbolic-ref', ['-m', REFLOG, 'HEAD', branch], { env: { GIT_DIR: gitDir } });
  // Forgets the merge and leaves index and files alone.
  await repository.git.run('merge', ['--quit'], { cwd: folder, expect: [0, 128] });
  return (await bringFiles(repository, folder, files, before)) === 'brought'
    ? null
    : `Files in ${folder} were changed meanwhile, so they are left as they are.`;
}

function moveBranch(repository: Repository, branch: string, from: Oid, to: Oid): Promise<boolean> {
  const fields = ['option no-deref', `update ${branch}`, to, from];
  return moveRef(repository, { ref: branch, to }, REFLOG, fields);
}
