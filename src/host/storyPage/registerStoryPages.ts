import * as vscode from 'vscode';
import type { CommandContext } from '../commands/context';
import { pickCard } from '../commands/pickStory';
import { guarded } from '../commands/showBug';
import { inform } from '../say/notify';
import { StoryPages } from './storyPagePanel';

/** `Switchyard: Show Story Page`: of a number, a key or a row, else of the story that the person picks. */
export function registerStoryPages(
  { extensionUri }: vscode.ExtensionContext,
  context: CommandContext,
): vscode.Disposable {
  const pages = new StoryPages(extensionUri, context);
  const show = async (which: unknown): Promise<void> => {
    const cards = context.host.model()?.cards ?? [];
    if (typeof which === 'number') return pages.show(which);
    const key = typeof which === 'object' && which !== null && 'key' in which ? which.key : which;
    const card = cards.find((one) => one.key === key) ?? (await pick(context));
    if (card !== undefined) pages.show(card.number);
  };
  return vscode.Disposable.from(
    pages,
    vscode.commands.registerCommand('switchyard.showStoryPage', (which: unknown) =>
      guarded(context, 'showStoryPage', () => show(which)),
    ),
  );
}

async function pick({ host }: CommandContext) {
  const cards = host.model()?.cards ?? [];
  if (cards.length > 0) return pickCard(cards, vscode.l10n.t('Show the page of which story?'));
  void inform(vscode.l10n.t('There is no story yet. New Story makes one.'));
  return undefined;
}
