import type { CandidateRequest } from '../../ports/candidates';
import type { Oid } from '../../core/story/stage';
import { fullOid } from '../door/names';
import { runBare, type Repository } from '../door/repository';

/** The story's own commits without merges, oldest first. */
export async function storyCommits(repository: Repository, request: CandidateRequest): Promise<Oid[]> {
  const range = [fullOid(request.storyTip), `^${fullOid(request.base)}`];
  const args = ['--reverse', '--topo-order', '--no-merges', '--end-of-options', ...range];
  const { text } = await runBare(repository, 'rev-list', args);
  return text.split('\n').filter((line) => line !== '');
}
