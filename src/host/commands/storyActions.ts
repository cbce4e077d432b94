import * as vscode from 'vscode';
import { showWhyNotLanded } from '../queue/showWhyNotLanded';
import { ACTION_IDS, ACTIONS, type ActionId } from '../../core/board/actions';
import type { Card } from '../../core/board/card';
import type { StageName } from '../../core/story/stage';
import type { PersonRequest } from '../../engine/personCommands';
import type { ChangeOutcome } from '../../engine/storyBook';
import type { Session } from '../../session/session';
import type { CommandContext } from './context';
import { describeCards, isDescribing } from './describeCards';
import { openWorktree, showOutput } from './openStory';
import { openDiff, openNew } from '../review/showChanges';
import { showTimeline } from '../past/showTimeline';
import { resolveConflicts, takeBackMerge } from './resolveConflicts';
import { revertStory } from './revertStory';
import { answerAgent, takeOver, writeToAgent } from './talkToAgent';
import { guarded } from './showBug';
import { storiesFor } from './pickStory';
import { pullTarget } from '../git/pullTarget';
import { editAgents, editGates, setIdentity } from './setUp';
import { deleteStories } from '../removal/removeStories';
import { inform, confirm, mention, warn } from '../say/notify';
import { askLine, pickOne } from '../say/pick';
import { stageWord } from '../../core/story/stageWords';

const REOPEN_TO = ['Backlog', 'Coding'] as const;

/** Registers every action on stories; each takes a tree row, a story key, or asks which story is meant. */
export function registerStoryActions(context: CommandContext): vscode.Disposable[] {
  return ACTION_IDS.filter((id) => ACTIONS[id].menu !== null).map((id) =>
    vscode.commands.registerCommand(`switchyard.${id}`, (first?: unknown, selected?: unknown) =>
      guarded(context, id, async () => {
        const cards = await storiesFor(context, id, first, selected);
        const said = await actOnAll(context, cards, id);
        if (said !== null) mention(said);
      }),
    ),
  );
}

/** Does one action on all of these stories, and asks what it has to ask once. Gives what to say of it. */
export async function actOnAll(context: CommandContext, cards: readonly Card[], id: ActionId): Promise<string | null> {
  const [first, ...others] = cards;
  if (first === undefined) return null;
  if (others.length === 0) return act(context, first, id);
  if (isDescribing(id)) return describeCards(context, cards, id);
  if (id === 'deleteStory') return deleteStories(context, cards);
  if (ACTIONS[id].event === null) {
    for (const card of cards) await act(context, card, id);
    return null;
  }
  const request = await askFor(context, [first, ...others], id);
  return request === null ? null : performAll(context, cards, (session, { key }) => session.perform(key, request));
}

/** Moves several stories to a stage, each by the one event that leads there. */
export async function moveAll(context: CommandContext, cards: readonly Card[], to: StageName): Promise<string | null> {
  const [first, ...others] = cards;
  if (first === undefined) return null;
  if (others.length === 0) return moveTo(context, first, to);
  const [asked, ...more] = cards.filter(({ stage }) => stage !== 'Done');
  if (to === 'Archived' && asked !== undefined && !(await confirmAbandon([asked, ...more]))) return null;
  return performAll(context, cards, (session, { key }) => session.moveTo(key, to));
}

/** One after another; each refusal is said by itself, because each says what helps there. */
async function performAll(
  context: CommandContext,
  cards: readonly Card[],
  doing: (session: Session, card: Card) => Promise<ChangeOutcome>,
): Promise<string> {
  let done = 0;
  for (const card of cards) {
    const session = context.host.session();
    if (session === null) break;
    const outcome = await doing(session, card);
    if (outcome.kind === 'refused') void offerHelp(context, card, outcome.message);
    else done += 1;
  }
  return done === cards.length
    ? vscode.l10n.t('{0} stories are changed.', done)
    : vscode.l10n.t('{0} of {1} stories are changed.', done, cards.length);
}

type Several = readonly [Card, ...Card[]];

/** `#12`, or `3 stories`. */
function namedIn(cards: Several): string {
  return cards.length === 1 ? `#${cards[0].number}` : vscode.l10n.t('{0} stories', cards.length);
}

/** Does one action on one story. Returns what to say of it, null where it was cancelled or shows itself. */
export async function act(
  context: CommandContext,
  card: Card,
  id: ActionId,
  given: Pick<PersonRequest, 'seen'> = {},
): Promise<string | null> {
  switch (id) {
    case 'moveToStage':
      return pickStage(context, card);
    case 'openWorktree':
      await openWorktree(context, card);
      return null;
    case 'openDiff':
      await openDiff(context, card);
      return null;
    case 'showOutput':
      await showOutput(context, card);
      return null;
    case 'showTimeline':
      await showTimeline(context, card);
      return null;
    case 'whyNotLanded':
      await showWhyNotLanded(context, card);
      return null;
    case 'allowOnce':
    case 'allowForStory':
    case 'deny':
      return answerAgent(context, card, id);
    case 'writeToAgent':
      return writeToAgent(context, card);
    case 'takeOver':
      return takeOver(context, card);
    case 'editGates':
      await editGates(context);
      return null;
    case 'editAgents':
      await editAgents(context);
      return null;
    case 'setIdentity':
      setIdentity(context);
      return null;
    case 'openSourceControl':
      await vscode.commands.executeCommand('workbench.view.scm');
      return null;
    case 'rename':
    case 'setPriority':
    case 'setLabels':
    case 'dependsOn':
      return describeCards(context, [card], id);
    case 'deleteStory':
      return deleteStories(context, [card]);
    case 'revertStory':
      return revertStory(context, card);
    case 'resolveConflicts':
      return resolveConflicts(context, card);
    case 'abortResolving':
      return takeBackMerge(context, card);
    default: {
      const request = await askFor(context, [card], id);
      return request === null
        ? null
        : perform(context, card, (session) => session.perform(card.key, { ...request, ...given }));
    }
  }
}

/** Moves a story to a stage by the one event that leads there. */
async function moveTo(context: CommandContext, card: Card, to: StageName): Promise<string | null> {
  if (to === 'Archived' && card.stage !== 'Done' && !(await confirmAbandon([card]))) return null;
  return perform(context, card, (session) => session.moveTo(card.key, to));
}

async function pickStage(context: CommandContext, card: Card): Promise<string | null> {
  const title = vscode.l10n.t('Move #{0} to which stage?', card.number);
  const to = await pickOne(
    card.moves.map((stage) => ({ label: stageWord(stage), value: stage })),
    { title },
  );
  return to === undefined ? null : moveTo(context, card, to);
}

type Doing = (session: Session) => Promise<ChangeOutcome>;

async function perform(context: CommandContext, card: Card, doing: Doing): Promise<string | null> {
  const session = context.host.session();
  if (session === null) return null;
  const outcome = await doing(session);
  if (outcome.kind === 'refused') {
    void offerHelp(context, card, outcome.message);
    return outcome.message;
  }
  if (outcome.message !== undefined) void sayNote(context, outcome.message);
  return vscode.l10n.t('#{0} is in {1}.', card.number, stageWord(outcome.story.stage.name));
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

/** Turns an action into a request, asking for what it needs; null when the person cancels. */
async function askFor(context: CommandContext, cards: Several, id: ActionId): Promise<PersonRequest | null> {
  const { event } = ACTIONS[id];
  if (event === null) return null;
  switch (id) {
    case 'reject':
      return askText(
        event,
        vscode.l10n.t('What should change in {0}?', namedIn(cards)),
        await whatGoesWithIt(context, cards[0]),
      );
    case 'block':
      return askText(
        event,
        vscode.l10n.t(cards.length === 1 ? 'Why is {0} blocked?' : 'Why are {0} blocked?', namedIn(cards)),
        vscode.l10n.t('What it waits for'),
      );
    case 'abandon':
      return (await confirmAbandon(cards)) ? { event } : null;
    case 'reopen': {
      const to = await pickOne(
        REOPEN_TO.map((label) => ({ label, value: label })),
        { title: vscode.l10n.t('Reopen {0} in which stage?', namedIn(cards)) },
      );
      return to === undefined ? null : { event, reopenTo: to };
    }
    default:
      return { event };
  }
}

/** What is written in the changes goes along; where something is, nothing more need be said. */
async function whatGoesWithIt({ host }: CommandContext, { key }: Card): Promise<string> {
  const threads = (await host.session()?.reviewOf(key))?.threads ?? [];
  const going = threads.filter(({ state }) => state === 'open' || state === 'sent').length;
  if (going === 0) return vscode.l10n.t('It goes to whoever codes next');
  return going === 1
    ? vscode.l10n.t('Goes to whoever codes next with your comment; may stay empty')
    : vscode.l10n.t('Goes to whoever codes next with your {0} comments; may stay empty', going);
}

async function askText(
  event: PersonRequest['event'],
  title: string,
  placeHolder: string,
): Promise<PersonRequest | null> {
  const text = await askLine({ title, placeHolder });
  return text === undefined ? null : { event, text };
}

async function confirmAbandon(cards: Several): Promise<boolean> {
  const abandon = vscode.l10n.t('Abandon');
  const question =
    cards.length === 1
      ? vscode.l10n.t('Abandon #{0} {1}?', cards[0].number, cards[0].title)
      : vscode.l10n.t('Abandon {0} stories?', cards.length);
  const detail = vscode.l10n.t(
    'It goes to Archived. Its branch and worktree stay as they are, and it can be reopened.',
  );
  return confirm(question, detail, abandon);
}
