import * as vscode from 'vscode';
import { holdsWork } from '../../core/rescue/removalText';
import type { RemovalPreview } from '../../core/rescue/removalView';
import { sayCounts } from '../../core/rescue/rescueNote';
import { size } from '../../core/words/sizes';
import type { Session } from '../../session/session';
import type { CommandContext } from '../commands/context';
import { inform, mention } from '../say/notify';
import { choseSome } from '../say/choseSome';
import { tickSet } from '../say/tickSet';
import { inWords } from '../say/inWords';
import { agreed, removeAll } from './removeStories';

interface Weighed {
  readonly preview: RemovalPreview;
  /** Bytes on disk; null where the person did not wait for it. */
  readonly bytes: number | null;
}

/** Lists the worktrees of stories that are done with, with their sizes, and removes those that the person leaves ticked. */
export async function removeLandedWorktrees(context: CommandContext): Promise<void> {
  const session = context.host.session();
  if (session === null) return;
  const weighed = await weigh(session);
  if (weighed.length === 0) {
    void inform(vscode.l10n.t('No story in Done or Archived has a worktree.'));
    return;
  }
  const all = weighed.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
  const ticked = await tickSet(weighed.map(rowOf), {
    title: vscode.l10n.t('Remove Worktrees of Landed Stories: {0}, {1} in all', weighed.length, size(all)),
    placeHolder: vscode.l10n.t('What is in no commit is kept first. The branches stay'),
  });
  if (!choseSome(ticked)) return;
  const previews = ticked.map(({ preview }) => preview);
  const large = await agreed(context, previews, 'worktree');
  if (large === null) return;
  const said = await removeAll(session, { previews, what: 'worktree', large });
  if (said !== null) mention(said);
}

/** Who cancels sees the list with the sizes that are known by then. */
async function weigh(session: Session): Promise<readonly Weighed[]> {
  const title = vscode.l10n.t('Looking at worktrees of landed stories');
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return vscode.window.withProgress(options, async (progress, cancelled) => {
    const found: Weighed[] = [];
    const previews = await session.landedWorktrees();
    const stopped = new Promise<null>((resolve) => cancelled.onCancellationRequested(() => resolve(null)));
    for (const preview of previews) {
      progress.report({ message: `#${preview.number}`, increment: 100 / previews.length });
      const isOver = cancelled.isCancellationRequested;
      const bytes = isOver ? null : await Promise.race([session.worktreeSize(preview.key), stopped]);
      found.push({ preview, bytes });
    }
    return found;
  });
}

function rowOf(weighed: Weighed) {
  const { preview, bytes } = weighed;
  const { number, title, folder, obstacles, stage } = preview;
  const weight = bytes === null ? vscode.l10n.t('size not known') : size(bytes);
  const held = holdsWork(preview) ? vscode.l10n.t('keeps {0}', inWords([sayCounts(preview.counts)])) : vscode.l10n.t('all of it is committed and landed'); // prettier-ignore
  return {
    label: `#${number} ${title}`,
    description: `${weight} · ${stage ?? ''}`,
    detail: obstacles.length === 0 ? `${held} · ${folder ?? ''}` : inWords(obstacles),
    value: weighed,
    ticked: obstacles.length === 0,
  };
}
