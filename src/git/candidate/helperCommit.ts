import type { Oid } from '../../core/story/stage';
import { fullOid } from '../door/names';
import type { Scratch } from './scratch';

/**
 * merge-tree finds the merge base itself before 2.40. A commit of this tree whose one parent is given makes that parent
 * the base of a merge with what holds it: so a commit is picked, or taken back. With several it stands for what git made of them.
 */
export async function helperCommit(scratch: Scratch, tree: Oid, ...parents: readonly Oid[]): Promise<Oid> {
  const somebody = { name: 'Switchyard', email: 'switchyard@localhost', date: '@0 +0000' };
  const env = {
    GIT_AUTHOR_NAME: somebody.name,
    GIT_AUTHOR_EMAIL: somebody.email,
    GIT_AUTHOR_DATE: somebody.date,
    GIT_COMMITTER_NAME: somebody.name,
    GIT_COMMITTER_EMAIL: somebody.email,
    GIT_COMMITTER_DATE: somebody.date,
  };
  const args = ['--no-gpg-sign', ...parents.flatMap((parent) => ['-p', parent]), '-F', '-', tree];
  return fullOid((await scratch.run('commit-tree', args, { env, input: 'helper\n' })).text.trim());
}
