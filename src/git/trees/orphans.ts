import type { Repository } from '../door/repository';
import { endCall } from '../locks/leftCalls';
import { treeRunId, type OwnTree } from './ownTree';

/** Trees in which every git call that is not this process's own has been looked for. */
const looked = new Set<string>();

/**
 * Ends git calls that an earlier process started in a tree and that outlived it: a late checkout would write over what
 * is filled in now. This process waits for its own calls, so once for each tree is enough, until one of them fails.
 */
export async function endOrphans(repository: Repository, tree: OwnTree): Promise<void> {
  const id = treeRunId(tree);
  if (looked.has(id)) return;
  const ended = await endCall(repository, id);
  if (ended > 0) repository.log.info(`Ended ${ended} git processes that were still at work in ${tree.folder}`);
  looked.add(id);
}

/** A call in the tree ended in a way that nobody planned for; it may not have ended at all. */
export function lookForOrphansAgain(tree: OwnTree): void {
  looked.delete(treeRunId(tree));
}
