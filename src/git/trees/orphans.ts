import { systemClock } from '../../base/systemClock';
import { endRun } from '../../processes/endRun';
import { processPlatform } from '../../processes/platform';
import type { Repository } from '../door/repository';
import { treeRunId, type OwnTree } from './ownTree';

/** Trees in which every git call that is not this process's own has been looked for. */
const looked = new Set<string>();

/**
 * Ends git calls that an earlier process started in a tree and that outlived it: a late checkout would write over what
 * is filled in now. This process waits for its own calls, so once for each tree is enough, until one of them fails.
 */
export async function endOrphans({ log }: Repository, tree: OwnTree): Promise<void> {
  const id = treeRunId(tree);
  if (looked.has(id)) return;
  const ports = { platform: processPlatform(process.platform), clock: systemClock, log };
  const { leftBehind } = await endRun({ id, main: null, group: null, proven: new Map() }, ports);
  if (leftBehind.length > 0)
    log.info(`Ended ${leftBehind.length} git processes that were still at work in ${tree.folder}`);
  looked.add(id);
}

/** A call in the tree ended in a way that nobody planned for; it may not have ended at all. */
export function lookForOrphansAgain(tree: OwnTree): void {
  looked.delete(treeRunId(tree));
}
