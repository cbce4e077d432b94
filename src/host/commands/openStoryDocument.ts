import * as vscode from 'vscode';
import { inform } from '../say/notify';
import { showStory } from '../storyDocument/showStory';
import type { CommandContext } from './context';
import { pickCard } from './pickStory';

/** Opens a story as a document: the one of a row, a key or a number, else one that the person picks. */
export async function openStoryDocument({ host }: CommandContext, which: unknown, from?: unknown): Promise<void> {
  const cards = host.model()?.cards ?? [];
  if (typeof which === 'number') return showStory(which);
  const key = keyOf(which);
  const card = key === null ? undefined : cards.find((one) => one.key === key);
  if (card !== undefined) return showStory(card.number, from === 'row' ? { from } : {});
  if (cards.length === 0) {
    void inform(vscode.l10n.t('There is no story yet. New Story makes one.'));
    return;
  }
  const picked = await pickCard(cards, vscode.l10n.t('Open which story?'));
  if (picked !== undefined) await showStory(picked.number);
}

function keyOf(which: unknown): string | null {
  if (typeof which === 'string') return which;
  return typeof which === 'object' && which !== null && 'key' in which && typeof which.key === 'string'
    ? which.key
    : null;
}
