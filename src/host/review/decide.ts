import * as vscode from 'vscode';
import type { CommandContext } from '../commands/context';
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
  const held = (context.host.model()?.cards ?? [])
    .filter(({ stage }) => stage === 'ReviewHold')
    .toSorted((a, b) => a.number - b.number);
  const now = context.reviews.inFront()?.card.number ?? 0;
  const next = held.find(({ number }) => number > now) ?? held.find(({ number }) => number !== now);
  if (next === undefined) await vscode.commands.executeCommand('switchyard.nextNeedsYou');
  else await openDiff(context, next);
}

export async function showNew(context: CommandContext): Promise<void> {
  const front = context.reviews.inFront();
  if (front === null) return sayNone();
  await openNew(context, front.card);
}

function sayNone(): void {
  void inform(vscode.l10n.t('Open the changes of a story first: Switchyard: Open Diff.'));
}
