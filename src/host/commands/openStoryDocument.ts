import * as vscode from 'vscode';
import type { RepositoryHost } from '../repositoryHost';
import { inform } from '../say/notify';
import { showStory } from '../storyDocument/showStory';
import { inRepository, type CommandContext } from './context';
import { everyStory, type StoryIn } from '../storyIn';
import { pickStory } from './pickStory';

/**
 * Opens a story as a document: the one of a row, a key or a number, else one that the person picks. A number that is linked
 * in the words of a story is given with that story's key.
 */
export async function openStoryDocument(
  context: CommandContext,
  which: unknown,
  from?: unknown,
  beside?: unknown,
): Promise<void> {
  const stories = everyStory(context);
  const found = await findStory(context, stories, which, beside);
  if (found === null) return;
  if (typeof found === 'number') return showNumber(context, found, beside);
  const there = found === undefined && stories.length > 0 ? await pickStory(context, stories, vscode.l10n.t('Open which story?')) : found; // prettier-ignore
  if (there !== undefined) {
    await showStory(inRepository(context, there.host), there.card.number, from === 'row' ? { from } : {});
  } else if (stories.length === 0) {
    void inform(vscode.l10n.t('There is no story yet. New Story makes one.'));
  }
}

/**
 * The story that is meant; undefined where none is named, null where the person chose none of several. A number alone is one
 * that no board shows.
 */
export async function findStory(
  context: CommandContext,
  stories: readonly StoryIn[],
  which: unknown,
  beside?: unknown,
): Promise<StoryIn | number | undefined | null> {
  if (typeof which !== 'number') return stories.find(({ card }) => card.key === keyOf(which));
  const home = homeOf(context, beside);
  const alike = stories.filter(({ host, card }) => card.number === which && (home === null || host === home));
  if (alike.length > 1)
    return (await pickStory(context, alike, vscode.l10n.t('#{0} of which repository?', which))) ?? null;
  return alike[0] ?? which;
}

/** One that no board shows: `beside` is the key of the story that names it, whose repository it is in. */
export function showNumber(context: CommandContext, number: number, beside: unknown): Promise<void> {
  return showStory(inRepository(context, homeOf(context, beside) ?? context.host), number);
}

function homeOf({ repositories }: CommandContext, beside: unknown): RepositoryHost | null {
  return typeof beside === 'string' ? repositories.holding(beside) : null;
}

function keyOf(which: unknown): string | null {
  if (typeof which === 'string') return which;
  return typeof which === 'object' && which !== null && 'key' in which && typeof which.key === 'string'
    ? which.key
    : null;
}
