import type { Oid } from '../../core/story/stage';
import { EVERY_REF, fullOid } from '../door/names';
import { runBare, type Repository } from '../door/repository';

/** Named after what it keeps: keeping the same twice gives one ref. */
export function rescueRef(commit: Oid): string {
  return `refs/switchyard/rescue/undone/${fullOid(commit)}`;
}

/** Keeps these commits by rescue refs; nothing happens for one that is not there any more. */
export async function keep(repository: Repository, commits: readonly Oid[]): Promise<void> {
  for (const commit of commits) {
    const args = ['-m', 'switchyard: keep', '--end-of-options', rescueRef(commit), fullOid(commit)];
    await runBare(repository, 'update-ref', args, { expect: [0, 128] });
  }
}

/** Of these commits the ones that no ref leads to any more; also where git cannot tell, because a ref is broken. */
export async function unreachable(repository: Repository, commits: readonly Oid[]): Promise<Oid[]> {
  const lost: Oid[] = [];
  for (const commit of commits) {
    const args = ['--max-count=1', fullOid(commit), '--not', EVERY_REF];
    const { code, text } = await runBare(repository, 'rev-list', args, { expect: [0, 128] });
    if (code !== 0 || text.trim() !== '') lost.push(commit);
  }
  return lost;
}
