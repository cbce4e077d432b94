import type { Oid } from '../../core/story/stage';
import type { OutsideRequest } from '../../ports/outside';
import { fullOid } from '../door/names';
import { runBare, type Repository } from '../door/repository';
import { readObjects } from '../read/commits';

/** A commit that came to the target since the last look. */
export interface NewCommit {
  readonly commit: Oid;
  readonly at: string;
  readonly parents: readonly Oid[];
  readonly message: string;
}

/** Of more new commits than this only the newest are looked at. */
const LOOKED_AT = 2000;

/** Commits of the target that were not there at the last look, the newest first. */
export async function newCommits(repository: Repository, { target, since }: OutsideRequest): Promise<NewCommit[]> {
  const known = since === null ? null : (await readObjects(repository, [fullOid(since)]))[0];
  const format = ['--no-commit-header', '--format=%H%x00%ct%x00%P%x00%B%x00', `--max-count=${LOOKED_AT}`];
  const range = known?.type === 'commit' ? [fullOid(target), `^${known.oid}`] : [fullOid(target)];
  const fields = (await runBare(repository, 'rev-list', [...format, ...range, '--'])).text.split('\0');
  const commits: NewCommit[] = [];
  for (let at = 0; at + 3 < fields.length; at += 4) {
    const [commit = '', seconds = '', parents = '', message = ''] = fields.slice(at, at + 4);
    const time = new Date(Number(seconds) * 1000).toISOString();
    commits.push({ commit: fullOid(commit.trim()), at: time, parents: parents.split(' ').filter((one) => one !== ''), message });
  } // prettier-ignore
  return commits;
}
