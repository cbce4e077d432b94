import { describeSharedChange, isWorthTelling } from '../core/gates/sharedChange';
import type { Log } from '../ports/log';
import type { SharedWatch } from '../ports/sharedGitDir';

/** What a run did to what all worktrees share, put back; in sentences. */
export async function undoShared(watch: SharedWatch, log: Log, label: string): Promise<string[]> {
  const { changes, left } = await watch.endAndUndo();
  const words = (some: typeof changes): string => some.filter(isWorthTelling).map(describeSharedChange).join(', ');
  const undone = words(changes.filter((change) => !left.includes(change)));
  const stayed = words(left);
  const sentences = [
    ...(undone === '' ? [] : [`It ${undone} of your repository; that is undone.`]),
    ...(stayed === '' ? [] : [`It ${stayed} of your repository, which could not be undone. Look at it.`]),
  ];
  for (const sentence of sentences) log.warn(`[gates] ${label}: ${sentence}`);
  return sentences;
}
