import * as vscode from 'vscode';
import { inRepository, type CommandContext } from '../commands/context';
import { everyStory, type StoryIn } from '../storyIn';
import { act } from '../commands/storyActions';
import { inform, mention } from '../say/notify';
import { openDiff, openNew } from './showChanges';

/** Approves the story whose changes are in front, at the commit that is shown. */
export async function approveShown(context: CommandContext): Promise<void> {
  const front = context.reviews.inFront();
  if (front === null) return sayNone();
  const said = await act(context, front.card, 'approve', { seen: front.review.tip });
  if (said !== null) mention(said);
}

/** Sends it back with what was said about it. */
export async function rejectShown(context: CommandContext): Promise<void> {
  const front = context.reviews.inFront();
  if (front === null) return sayNone();
  const said = await act(context, front.card, 'reject');
  if (said !== null) mention(said);
}

/** Opens the changes of the next story that waits for a review, by number; where none does, whatever else needs the person. */
export async function nextReview(context: CommandContext): Promise<void> {
  const places = context.repositories.all();
  const inOrder = (a: StoryIn, b: StoryIn): number => places.indexOf(a.host) - places.indexOf(b.host) || a.card.number - b.card.number; // prettier-ignore
  const stories = everyStory(context).toSorted(inOrder);
  const now = stories.findIndex(({ card }) => card.key === context.reviews.inFront()?.card.key);
  const isHeld = ({ card }: StoryIn, at: number): boolean => card.stage === 'ReviewHold' && at !== now;
  const next = stories.find((one, at) => at > now && isHeld(one, at)) ?? stories.find(isHeld);
  if (next === undefined) await vscode.commands.executeCommand('switchyard.nextNeedsYou');
  else await openDiff(inRepository(context, next.host), next.card);
}

export async function showNew(context: CommandContext): Promise<void> {
  const front = context.reviews.inFront();
  if (front === null) return sayNone();
  await openNew(context, front.card);
}

function sayNone(): void {
  void inform(vscode.l10n.t('Open the changes of a story first: Switchyard: Open Diff.'));
}
