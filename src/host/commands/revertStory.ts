import * as vscode from 'vscode';
import type { StoryRecord } from '../../core/story/story';
import { inform, warn } from '../say/notify';
import { askLine } from '../say/pick';
import { workingOn } from '../say/showIfLong';
import type { CommandContext } from './context';
import { wordsOf, namesOf } from '../say/inWords';

/** Asks why, then makes the story that takes this one's landing back, and shows it. Returns what to say of it. */
export async function revertStory(
  context: CommandContext,
  { key, number }: Pick<StoryRecord, 'key' | 'number'>,
): Promise<string | null> {
  const session = context.host.session();
  const why = await askLine({
    title: vscode.l10n.t('Why is #{0} reverted?', number),
    placeHolder: vscode.l10n.t('It stands in the story that reverts it; may be left empty'),
  });
  if (session === null || why === undefined) return null;
  const outcome = await workingOn({ number }, session.revertStory(key, why));
  if (outcome.kind === 'refused') {
    void warn(wordsOf(outcome));
    return wordsOf(outcome);
  }
  await session.settle();
  await context.view.show(outcome.story.key);
  const { story, conflict } = outcome;
  if (conflict === null)
    return vscode.l10n.t('#{0} reverts #{1}. It lands once its gates are green.', story.number, number);
  const files = conflict.length === 0 ? vscode.l10n.t('what came later') : namesOf(conflict);
  const said = vscode.l10n.t('#{0} was made, and git cannot revert #{1} by itself: {2}.', story.number, number, files);
  void inform(`${said} ${vscode.l10n.t('Its text says how to go on in its worktree.')}`);
  return said;
}
