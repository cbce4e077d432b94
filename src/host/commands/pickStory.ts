import * as vscode from 'vscode';
import { ACTIONS, type ActionId } from '../../core/board/actions';
import type { Card } from '../../core/board/card';
import { age } from '../../core/words/durations';
import type { TreeNode } from '../tree/storyTree';
import type { CommandContext } from './context';
import { everyStory, type StoryIn } from '../storyIn';
import { inform } from '../say/notify';
import { choseSome } from '../say/choseSome';
import { pickMany, pickOne, type Choice } from '../say/pick';
import { storyAt } from '../storyDocument/storyUri';
import { stageWord } from '../../core/story/stageWords';

/**
 * The stories a command is meant for: the rows selected in the tree, a key given by a link or the board, or, from the
 * palette, the one the person picks among those to which it applies. Empty when there is none or the pick is cancelled.
 */
export async function storiesFor(
  context: CommandContext,
  action: ActionId,
  first: unknown,
  selected: unknown,
): Promise<readonly StoryIn[]> {
  const stories = everyStory(context);
  const name = vscode.l10n.t(ACTIONS[action].label);
  const keys = keysIn(selected).length > 0 ? keysIn(selected) : keysIn([first]);
  const fitting = stories.filter(({ card }) => card.actions.includes(action));
  if (keys.length > 0) return fitting.filter(({ card }) => keys.includes(card.key));
  if (fitting.length === 0) {
    void inform(vscode.l10n.t('No story can do this now: {0}.', name));
    return [];
  }
  if (action === 'deleteStory')
    return pickStories(context, fitting, {
      title: vscode.l10n.t('Delete: which stories?'),
      placeHolder: vscode.l10n.t('Tick what is to go. You are asked first'),
    });
  const picked = await pickStory(context, fitting, vscode.l10n.t('{0}: which story?', name));
  return picked === undefined ? [] : [picked];
}

/** The stories that a row, a key, or a list of them means; empty where nothing was given. */
export function storiesIn(context: CommandContext, given: unknown): Card[] {
  const keys = keysIn(Array.isArray(given) ? given : [given]);
  return (context.host.model()?.cards ?? []).filter((card) => keys.includes(card.key));
}

/** Lets the person pick one card; undefined when cancelled. */
export async function pickCard(cards: readonly Card[], title: string): Promise<Card | undefined> {
  // It follows the palette, and an editor or the board that gets its focus back then must not close it.
  return pickOne(cards.map(rowOf), { title, stays: true });
}

/** As `pickCard`, among the stories of several repositories, which are named then. */
export async function pickStory(
  context: CommandContext,
  stories: readonly StoryIn[],
  title: string,
): Promise<StoryIn | undefined> {
  return pickOne(rowsIn(context, stories), { title, stays: true });
}

/** As `pickStory`, for any number of them, in the order of `stories`; empty where the person chose none. */
async function pickStories(
  context: CommandContext,
  stories: readonly StoryIn[],
  words: { readonly title: string; readonly placeHolder: string },
): Promise<readonly StoryIn[]> {
  const picked = await pickMany(rowsIn(context, stories), words);
  return choseSome(picked) ? stories.filter((one) => picked.includes(one)) : [];
}

/** The story that is in front comes first: it is the one that is meant most of the time. */
function rowsIn(context: CommandContext, stories: readonly StoryIn[]): Choice<StoryIn>[] {
  const { repositories } = context;
  const isOpen = inFront(context);
  return [...stories.filter(isOpen), ...stories.filter((one) => !isOpen(one))].map((value) => {
    const row = rowOf(value.card);
    const where = repositories.label(value.host);
    return { ...row, description: [...(where === null ? [] : [where]), row.description].join(' · '), value };
  });
}

/** Which story the editor in front is about: its document, its page, or its changes. */
function inFront({ repositories, reviews }: CommandContext): (one: StoryIn) => boolean {
  const { input, label = '' } = vscode.window.tabGroups.activeTabGroup.activeTab ?? {};
  if (input instanceof vscode.TabInputWebview && input.viewType.endsWith('switchyard.story'))
    return ({ card }) => label.startsWith(`#${card.number} `);
  const shown = reviews.inFront()?.card.key;
  if (shown !== undefined) return ({ card }) => card.key === shown;
  const uri = vscode.window.activeTextEditor?.document.uri;
  const number = uri === undefined ? undefined : storyAt(uri)?.number;
  return ({ card, host }) => uri !== undefined && card.number === number && host === repositories.at(uri);
}

function rowOf(card: Card): Choice<Card> & { readonly description: string } {
  return {
    label: `#${card.number} ${card.title}`,
    description: `${stageWord(card.stage)} · ${age(card.since, Date.now())}`,
    ...(card.why === null ? {} : { detail: card.why }),
    value: card,
  };
}

function keysIn(values: unknown): string[] {
  if (!Array.isArray(values)) return [];
  return values.flatMap((value: unknown) => {
    if (typeof value === 'string') return [value];
    const node = value as Partial<TreeNode> | null | undefined;
    const isStory = node?.kind === 'story' || node?.kind === 'queueRow';
    return isStory && 'key' in node && typeof node.key === 'string' ? [node.key] : [];
  });
}
