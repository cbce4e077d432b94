import type { Oid } from '../../core/story/stage';
import { fullOid, fullRef } from '../door/names';
import { runBare, type Repository } from '../door/repository';
import { asOwnMove } from '../guard/ownMoves';
import { canBeNewBranch } from '../read/branchNames';
import { refSnapshots } from '../read/refSnapshot';

/** Makes a branch that nothing stands in the way of. */
export async function makeBranch(repository: Repository, branch: string, at: Oid): Promise<'made' | 'taken'> {
  const name = fullRef(branch);
  if (!canBeNewBranch(name, await refSnapshots(repository).current())) return 'taken';
  await makeBranchAt(repository, name, at);
  return 'made';
}

/**
 * Created only if it is not there: a branch that somebody made just now is kept. It gets a log whatever the settings say, and
 * git goes on with a log that is there: by it work of the story is told from a branch that follows the target.
 */
export async function makeBranchAt(
  repository: Repository,
  branch: string,
  start: Oid,
  why = 'switchyard: start story',
): Promise<Oid> {
  const input = `create ${branch}\0${fullOid(start)}\0`;
  const args = ['--create-reflog', '-m', why, '--stdin', '-z'];
  await asOwnMove(
    repository,
    { ref: branch, to: start },
    () => runBare(repository, 'update-ref', args, { input }),
    () => true,
  );
  return start;
}
