import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { messageOf } from '../../base/messageOf';
import { shortRef } from '../../core/story/names';
import { fullRef } from '../door/names';
import { runBare, type Repository } from '../door/repository';
import { removeRef } from '../guard/changeRefs';
import { tip } from '../read/refs';
import { readMark } from '../trees/ownTree';
import { FOLDER, identityOf } from '../trees/treeBook';
import { TRIAL, TRIAL_FOLDER } from '../trees/trialTree';
import { emptyAway } from './emptyAway';
import { removeRecord } from './removeRecord';

/**
 * See `Trials.removeTrials`. What was committed there is lost on purpose: it was made by an agent that was told to, in a
 * folder that nobody else had. Whoever calls this has ended the agent's processes.
 */
export async function removeTrials(repository: Repository): Promise<string[]> {
  const worktrees = path.join(repository.commonDir, 'worktrees');
  const left: string[] = [];
  for (const id of await readdir(worktrees).catch(() => [])) {
    const why = await removeIfTrial(repository, path.join(worktrees, id)).catch(messageOf);
    if (why !== null) left.push(why);
  }
  return left;
}

async function removeIfTrial(repository: Repository, gitDir: string): Promise<string | null> {
  const purpose = (await readMark(gitDir)) ?? '';
  return purpose.startsWith(TRIAL) ? removeTrial(repository, gitDir, purpose.slice(TRIAL.length)) : null;
}

async function removeTrial(repository: Repository, gitDir: string, branch: string): Promise<string | null> {
  const registered = (await readFile(path.join(gitDir, 'gitdir'), 'utf8')).trim();
  const folder = path.dirname(path.resolve(gitDir, registered));
  const known = (await readFile(path.join(gitDir, FOLDER), 'utf8').catch(() => '')).trim();
  const there = await identityOf(folder);
  // Killed right after it was made, nobody has worked there, and git's own record is all that there is of it.
  const isOurs = path.basename(folder).startsWith(TRIAL_FOLDER) && (there === known || known === '');
  if (there !== null && !isOurs) return `${folder} is another folder than the one that was made there, so it stays.`;
  if (there !== null) await emptyAway(folder);
  await removeRecord(repository, gitDir);
  return removeTrialBranch(repository, branch);
}

async function removeTrialBranch(repository: Repository, branch: string): Promise<string | null> {
  const ref = fullRef(branch);
  const oid = await tip(repository, ref);
  if (oid === null) return null;
  const isRemoved = await removeRef(repository, ref, oid, 'switchyard: the try is over');
  const section = `branch.${shortRef(ref)}`;
  await runBare(repository, 'config', ['--remove-section', section], { expect: [0, 1, 5, 128, 255] });
  return isRemoved ? null : `${shortRef(ref)} could not be removed. Remove it with: git branch -D ${shortRef(ref)}`;
}
