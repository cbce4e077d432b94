import * as vscode from 'vscode';
import type { Card } from '../../core/board/card';
import type { StageName } from '../../core/story/stage';
import { stageWord } from '../../core/story/stageWords';
import type { ChangeOutcome } from '../../engine/storyBook';
import type { Session } from '../../session/session';
import { pullTarget } from '../git/pullTarget';
import { openNew } from '../review/showChanges';
import { inform, warn } from '../say/notify';
import type { CommandContext } from './context';
import { describeCards } from './describeCards';
import { openWorktree } from './openStory';

/** What is done to one story. */
type Doing = (session: Session, card: Card) => Promise<ChangeOutcome>;

/** Does it to one story. Returns what to say of it; a refusal comes with a button that helps, where there is one. */
export async function perform(context: CommandContext, card: Card, doing: Doing): Promise<string | null> {
  const session = context.host.session();
  if (session === null) return null;
  const outcome = await doing(session, card);
  if (outcome.kind === 'refused') {
    void offerHelp(context, card, outcome.message);
    return outcome.message;
  }
  if (outcome.message !== undefined) void sayNote(context, outcome.message);
  return movedWords([card], outcome.story.stage.name);
}

/**
 * Does it to one story after another. Those that were `refused` already and those that are now are told together, each with
 * its reason. Returns what to say of the others, null where there is none.
 */
export async function performAll(
  context: CommandContext,
  cards: readonly Card[],
  doing: Doing,
  refused: readonly string[] = [],
): Promise<string | null> {
  const left = [...refused];
  const notes = new Set<string>();
  const done = new Map<StageName, Card[]>();
  for (const card of cards) {
    const session = context.host.session();
    if (session === null) break;
    const outcome = await doing(session, card);
    if (outcome.kind === 'refused') {
      left.push(`#${card.number}: ${outcome.message}`);
      continue;
    }
    const { name } = outcome.story.stage;
    done.set(name, [...(done.get(name) ?? []), card]);
    if (outcome.message !== undefined) notes.add(outcome.message);
  }
  if (left.length > 0) void warn(left.join(' '));
  for (const note of notes) void sayNote(context, note);
  const said = [...done].map(([stage, those]) => movedWords(those, stage));
  return said.length === 0 ? null : said.join(' ');
}

/** `#3 is in Coding.`, `3 stories are in Coding.` */
function movedWords([first, ...others]: readonly Card[], to: StageName): string | null {
  if (first === undefined) return null;
  return others.length === 0
    ? vscode.l10n.t('#{0} is in {1}.', first.number, stageWord(to))
    : vscode.l10n.t('{0} stories are in {1}.', others.length + 1, stageWord(to));
}

/** What a person is to know of what was done all the same. */
async function sayNote(context: CommandContext, note: string): Promise<void> {
  const pull = vscode.l10n.t('Pull');
  const canPull = context.host.model()?.notices.some(({ action }) => action?.id === 'pullTarget') === true;
  if ((await inform(note, ...(canPull ? [pull] : []))) === pull) await pullTarget(context);
}

/** A refusal says what to do next; where that is in the worktree or in what it depends on, a button leads there. */
async function offerHelp(context: CommandContext, card: Card, message: string): Promise<void> {
  const open = vscode.l10n.t('Open Worktree');
  const depends = vscode.l10n.t('Depends On…');
  const isNew = vscode.l10n.t('Show What Is New');
  const buttons = [
    ...((await hasMoved(context, card)) ? [isNew] : []),
    ...(card.dependsOn.length > 0 ? [depends] : []),
    ...(card.actions.includes('openWorktree') ? [open] : []),
  ];
  const pressed = await warn(message, ...buttons);
  if (pressed === isNew) await openNew(context, card);
  if (pressed === open) await openWorktree(context, card);
  if (pressed === depends) await describeCards(context, [card], 'dependsOn');
}

/** It waits for a review, and has moved since it was looked at. */
async function hasMoved({ host }: CommandContext, { key }: Card): Promise<boolean> {
  if (host.model()?.cards.find((one) => one.key === key)?.stage !== 'ReviewHold') return false;
  const review = (await host.session()?.reviewOf(key)) ?? null;
  return review !== null && review.lookedAt !== null && review.lookedAt !== review.tip;
}
