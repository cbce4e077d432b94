import * as vscode from 'vscode';
import { hasMovedSince } from '../../core/review/comments';
import type { Card } from '../../core/board/card';
import type { StageName } from '../../core/story/stage';
import { numberInName } from '../../core/story/names';
import { stageWord } from '../../core/story/stageWords';
import type { ChangeOutcome } from '../../engine/stories/storyBook';
import type { Session } from '../../session/session';
import { gitWords, type GitFailure } from '../git/apiRemotes';
import { pullTarget } from '../git/pullTarget';
import { openNew } from '../review/showChanges';
import { inform, mention, warn } from '../say/notify';
import { showIfLong, workingOn } from '../say/showIfLong';
import type { Several } from './askFor';
import type { CommandContext } from './context';
import { describeCards } from './describeCards';
import { openWorktree } from './openStory';
import { wordsOf } from '../say/inWords';
import { translate } from '../say/translate';

/** What is done to a story, and whether a worktree may come of it: that takes long where there are many files. */
export interface Deed {
  readonly does: (session: Session, card: Card) => Promise<ChangeOutcome>;
  readonly makes: 'worktree' | 'no worktree';
}

/**
 * Does it to one story. Returns what to say of it; a refusal is a notification, with a button that helps where there is one,
 * and is said nowhere else. What takes over a second shows itself, and the making of a worktree can be cancelled.
 */
export async function perform(context: CommandContext, card: Card, deed: Deed): Promise<string | null> {
  const { does, makes } = deed;
  const session = context.host.session();
  if (session === null) return null;
  const cancelled = new AbortController();
  const cancel = (): void => {
    cancelled.abort();
    void session.cancelStart(card.key);
  };
  const going = does(session, card);
  const outcome =
    makes === 'worktree'
      ? await showIfLong(vscode.l10n.t('Making the worktree of #{0}', card.number), going, cancel)
      : await workingOn(card, going);
  if (outcome.kind === 'refused') {
    // Who has cancelled knows why.
    if (!cancelled.signal.aborted) void offerHelp(context, card, deed, wordsOf(outcome));
    return null;
  }
  if (outcome.message !== undefined) void sayNote(context, outcome.message);
  return movedWords([card], outcome.story.stage.name);
}

/**
 * Does it to one story after another, until the person cancels. Those that were `refused` already and those that are now are
 * told together, each with its reason. Returns what to say of the others, null where there is none.
 */
export async function performAll(
  context: CommandContext,
  cards: readonly Card[],
  deed: Deed,
  refused: readonly string[] = [],
): Promise<string | null> {
  const inTurn = new InTurn(context, cards, deed);
  const title = vscode.l10n.t('Working on {0} stories', cards.length);
  await showIfLong(title, inTurn.run(), () => inTurn.cancel());
  const left = [...refused, ...inTurn.refused];
  if (left.length > 0) void warn(left.join(' '));
  for (const note of inTurn.notes) void sayNote(context, note);
  const said: string[] = [...inTurn.done].map(([stage, those]) => movedWords(those, stage));
  if (inTurn.left > 0) said.push(vscode.l10n.t('You cancelled; {0} are as they were.', inTurn.left));
  return said.length === 0 ? null : said.join(' ');
}

/** Stories to which one thing is done, one after another, and what came of it. */
class InTurn {
  readonly refused: string[] = [];
  readonly notes = new Set<string>();
  readonly done = new Map<StageName, Several>();
  #at = 0;
  #isCancelled = false;

  constructor(
    private readonly context: CommandContext,
    private readonly cards: readonly Card[],
    private readonly deed: Deed,
  ) {}

  /** How many were not tried, because the person cancelled. */
  get left(): number {
    return this.#isCancelled ? this.cards.length - this.#at : 0;
  }

  async run(): Promise<void> {
    for (const card of this.cards) {
      const session = this.context.host.session();
      if (session === null || this.#isCancelled) return;
      this.#note(card, await this.deed.does(session, card));
      this.#at += 1;
    }
  }

  cancel(): void {
    this.#isCancelled = true;
    const card = this.cards[this.#at];
    if (card !== undefined && this.deed.makes === 'worktree') void this.context.host.session()?.cancelStart(card.key);
  }

  #note(card: Card, outcome: ChangeOutcome): void {
    if (outcome.kind === 'refused') return void this.refused.push(`#${card.number}: ${wordsOf(outcome)}`);
    const { name } = outcome.story.stage;
    const [first, ...others] = this.done.get(name) ?? [];
    this.done.set(name, first === undefined ? [card] : [first, ...others, card]);
    if (outcome.message !== undefined) this.notes.add(outcome.message);
  }
}

/** `#3 is in Coding.`, `3 stories are in Coding.` */
function movedWords([first, ...others]: Several, to: StageName): string {
  return others.length === 0
    ? vscode.l10n.t('#{0} is in {1}.', first.number, stageWord(to))
    : vscode.l10n.t('{0} stories are in {1}.', others.length + 1, stageWord(to));
}

/** What a person is to know of what was done all the same. */
async function sayNote(context: CommandContext, note: string): Promise<void> {
  const pull = vscode.l10n.t('Pull');
  const canPull = context.host.model()?.notices.some(({ action }) => action?.id === 'pullTarget') === true;
  if ((await inform(translate(note), ...(canPull ? [pull] : []))) === pull) await pullTarget(context);
}

/** A refusal says what to do next; where that is in the worktree, in what it depends on or in your own checkout, a button does it. */
async function offerHelp(context: CommandContext, card: Card, deed: Deed, message: string): Promise<void> {
  const open = vscode.l10n.t('Open Worktree');
  const depends = vscode.l10n.t('Depends On…');
  const isNew = vscode.l10n.t('Show What Is New');
  const target = context.host.model()?.target?.name ?? '';
  const leave = vscode.l10n.t('Switch to {0} and Go On', target);
  const held = checkedOut(context);
  const holdsBranch = deed.makes === 'worktree' && held.includes('/') && numberInName(held) === card.number;
  const buttons = [
    ...(holdsBranch && target !== '' ? [leave] : []),
    ...((await hasMoved(context, card)) ? [isNew] : []),
    ...(card.dependsOn.length > 0 ? [depends] : []),
    ...(card.actions.includes('openWorktree') ? [open] : []),
  ];
  const pressed = await warn(message, ...buttons);
  if (pressed === leave) await goOnFrom(context, card, deed, target);
  if (pressed === isNew) await openNew(context, card);
  if (pressed === open) await openWorktree(context, card);
  if (pressed === depends) await describeCards(context, [card], 'dependsOn');
}

/** What your own checkout is on; empty for no branch. */
function checkedOut({ host }: CommandContext): string {
  return host.repository?.state.HEAD?.name ?? '';
}

/** Your checkout leaves the story's branch, which is worked on in a folder of its own alone, as VS Code switches: nothing of yours is lost. */
async function goOnFrom(context: CommandContext, card: Card, deed: Deed, target: string): Promise<void> {
  try {
    await context.host.repository?.checkout(target);
  } catch (error) {
    void warn(vscode.l10n.t('Your checkout stays on {0}: {1}', checkedOut(context), gitWords(error as GitFailure)));
    return;
  }
  const said = await perform(context, card, deed);
  if (said !== null) mention(said);
}

/** It waits for a review, and has moved since it was looked at. */
async function hasMoved({ host }: CommandContext, { key }: Card): Promise<boolean> {
  if (host.model()?.cards.find((one) => one.key === key)?.stage !== 'ReviewHold') return false;
  const review = (await host.session()?.reviewOf(key)) ?? null;
  return review !== null && hasMovedSince(review);
}
