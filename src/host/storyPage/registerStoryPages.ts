import * as vscode from 'vscode';
import type { CommandContext } from '../commands/context';
import { everyStory, type StoryIn } from '../storyIn';
import { findStory, showNumber } from '../commands/openStoryDocument';
import { pickStory } from '../commands/pickStory';
import { guarded } from '../commands/showBug';
import { inform } from '../say/notify';
import { StoryPages } from './storyPagePanel';

/** `Switchyard: Show Story Page`: of a number, a key or a row, else of the story that the person picks. */
export function registerStoryPages(
  { extensionUri }: vscode.ExtensionContext,
  context: CommandContext,
): vscode.Disposable {
  const pages = new StoryPages(extensionUri, context);
  const show = async (which: unknown, beside: unknown): Promise<void> => {
    const found = await findStory(context, everyStory(context), which, beside);
    // One that no board shows has no page, and its text to read.
    if (typeof found === 'number') return showNumber(context, found, beside);
    const story = found === undefined ? await pick(context) : found;
    if (story) pages.show(story.card);
  };
  return vscode.Disposable.from(
    pages,
    vscode.commands.registerCommand('switchyard.showStoryPage', (which: unknown, beside: unknown) =>
      guarded(context, 'showStoryPage', () => show(which, beside)),
    ),
  );
}

async function pick(context: CommandContext): Promise<StoryIn | undefined> {
  const stories = everyStory(context);
  if (stories.length > 0) return pickStory(context, stories, vscode.l10n.t('Show the page of which story?'));
  void inform(vscode.l10n.t('There is no story yet. New Story makes one.'));
  return undefined;
}
