import { describeSharedChange, isWorthTelling } from '../core/gates/sharedChange';
import type { Log } from '../ports/log';
import type { SharedWatch } from '../ports/sharedGitDir';

/** What a run did to what all worktrees share, put back; in a sentence each. */
export async function undoShared(watch: SharedWatch, log: Log, label: string): Promise<string[]> {
  const { changes, left } = await watch.endAndUndo();
  const sentences = [...changes.filter((change) => !left.includes(change)), ...left]
    .filter(isWorthTelling)
    .map((change) => {
      const what = describeSharedChange(change);
      return left.includes(change)
        ? `It ${what} of your repository, which could not be undone. Look at it.`
        : `It ${what} of your repository; that is undone.`;
    });
  for (const sentence of sentences) log.warn(`[gates] ${label}: ${sentence}`);
  return sentences;
}
