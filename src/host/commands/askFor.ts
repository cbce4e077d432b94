import * as vscode from 'vscode';
import { ACTIONS, type ActionId } from '../../core/board/actions';
import { hasMovedSince } from '../../core/review/comments';
import type { Card } from '../../core/board/card';
import type { PersonRequest } from '../../engine/stories/personCommands';
import type { Oid } from '../../core/story/stage';
import { stageWord } from '../../core/story/stageWords';
import { inWords } from '../say/inWords';
import { openDiff } from '../review/showChanges';
import { choose, confirm } from '../say/notify';
import { askLine, pickOne } from '../say/pick';
import type { CommandContext } from './context';
import { told } from './told';

const REOPEN_TO = ['Backlog', 'Coding'] as const;

export type Several = readonly [Card, ...Card[]];

/** Turns an action into a request, after at most one question for all of them; null when the person cancels. */
export async function askFor(
  context: CommandContext,
  cards: Several,
  id: ActionId,
  seen?: Oid,
): Promise<PersonRequest | null> {
  const { event } = ACTIONS[id];
  if (event === null) return null;
  switch (id) {
    case 'reject':
      return askText(
        event,
        vscode.l10n.t('What should change in {0}?', namedIn(cards)),
        await whatGoesWithIt(context, cards),
      );
    case 'block':
      return askText(
        event,
        cards.length === 1
          ? vscode.l10n.t('Why is {0} blocked?', namedIn(cards))
          : vscode.l10n.t('Why are {0} blocked?', namedIn(cards)),
        vscode.l10n.t('What it waits for'),
      );
    case 'start':
      return (await mayStart(context, cards)) ? { event } : null;
    case 'approve':
      return (await mayApprove(context, cards, seen)) ? { event } : null;
    case 'reviewAgain':
      return { event, only: 'review' };
    case 'abandon':
      return (await confirmAbandon(cards)) ? { event } : null;
    case 'takeOverStory':
      return (await askToTakeOver(context, cards)) ? { event } : null;
    case 'supersede':
      return askSuccessor(context, event, cards);
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

/** Where the disk has no room for another worktree a person says whether one is made all the same. */
export async function mayStart({ host }: CommandContext, cards: Several): Promise<boolean> {
  const room = host.model()?.room;
  if (room == null) return true;
  const detail = `${inWords([room])} ${vscode.l10n.t('Its agent starts once there is room.')}`;
  return confirm(vscode.l10n.t('Start {0} all the same?', namedIn(cards)), detail, vscode.l10n.t('Start Anyway'));
}

/** The story that takes their place; what is archived takes none. */
async function askSuccessor(
  { host }: CommandContext,
  event: PersonRequest['event'],
  cards: Several,
): Promise<PersonRequest | null> {
  const others = (host.model()?.cards ?? []).filter(
    (card) => card.stage !== 'Archived' && !cards.some(({ key }) => key === card.key),
  );
  const rows = others.map((card) => ({
    label: `#${card.number} ${card.title}`,
    description: stageWord(card.stage),
    value: card.number,
  }));
  const title = vscode.l10n.t('Which story takes the place of {0}?', namedIn(cards));
  const placeHolder = vscode.l10n.t(
    'What is superseded goes to Archived; branch and worktree stay, and Reopen brings it back',
  );
  const by = await pickOne(rows, { title, placeHolder });
  return by === undefined ? null : { event, by };
}

/** `#12`, or `3 stories`. */
export function namedIn([first, ...others]: Several): string {
  return others.length === 0 ? `#${first.number}` : vscode.l10n.t('{0} stories', others.length + 1);
}

/** One question, however many they are. */
export async function confirmAbandon(cards: Several): Promise<boolean> {
  const [first, ...others] = cards;
  const abandon = vscode.l10n.t('Abandon');
  if (others.length === 0) {
    const detail = vscode.l10n.t(
      'It goes to Archived. Its branch and worktree stay as they are, and it can be reopened.',
    );
    return confirm(vscode.l10n.t('Abandon #{0} {1}?', first.number, first.title), detail, abandon);
  }
  const list = cards.map(({ number, title }) => `#${number} ${title}`).join('\n');
  const detail = vscode.l10n.t(
    'They go to Archived. Branches and worktrees stay as they are, and each can be reopened.',
  );
  return confirm(vscode.l10n.t('Abandon {0}?', namedIn(cards)), `${list}\n\n${detail}`, abandon);
}

/** What was said about the changes and is still open is asked about once: an approval hands none of it to a coder. */
export async function mayApprove(context: CommandContext, cards: readonly Card[], seen?: Oid): Promise<boolean> {
  const counts = await Promise.all(cards.map((card) => openComments(context, card, 'approve', seen)));
  const open = cards.filter((_, place) => counts[place] !== 0);
  const [[first, ...others], [shown]] = [cards, open];
  if (first === undefined || shown === undefined) return true;
  const named = namedIn([first, ...others]);
  const all = counts.reduce((sum, count) => sum + count, 0);
  const question =
    all === 1
      ? vscode.l10n.t('Approve {0} with a comment that is open?', named)
      : vscode.l10n.t('Approve {0} with {1} comments that are open?', named, all);
  const list = others.length === 0 ? [] : [...open.map(({ number, title }) => `#${number} ${title}`), ''];
  const means = vscode.l10n.t(
    'An approval hands a comment to nobody, Reject does. One that was handed over stays open until its lines change or you put it aside.',
  );
  const detail = [...list, means].join('\n');
  const [agree, show] = [vscode.l10n.t('Approve Anyway'), vscode.l10n.t('Show Comments')];
  const chosen = await choose(question, detail, [agree, show]);
  if (chosen === show) await openDiff(context, shown);
  return chosen === agree;
}

/** Comments on the changes of a story that are neither answered nor put aside. */
async function openComments(
  { host }: CommandContext,
  { key }: Card,
  to: 'approve' | 'reject',
  seen?: Oid,
): Promise<number> {
  const review = (await host.session()?.reviewOf(key)) ?? null;
  // An approval of what has changed since the person looked is refused: nothing is asked for that.
  if (review === null || (to === 'approve' && hasMovedSince(review, seen))) return 0;
  return review.threads.filter(({ state }) => state === 'open' || state === 'sent').length;
}

/** What is written in the changes goes along; where something is, nothing more need be said. */
async function whatGoesWithIt(context: CommandContext, [first, ...others]: Several): Promise<string> {
  // Of several each has its own comments, which go with it.
  const going = others.length > 0 ? 0 : await openComments(context, first, 'reject');
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

/** Asks whether this machine is to go on with stories of others, and says what that means for each. */
async function askToTakeOver({ host }: CommandContext, cards: Several): Promise<boolean> {
  const session = host.session();
  if (session === null) return false;
  const asked = await Promise.all(cards.map(({ key }) => session.askToReassign(key)));
  const meanings = asked.flatMap((one) => (one.kind === 'asks' ? [one] : []));
  const [first, ...others] = meanings;
  if (first === undefined) {
    for (const one of asked) if (one.kind === 'refused') told(one);
    return false;
  }
  const agree = vscode.l10n.t('Take Over');
  if (others.length === 0) return confirm(inWords([first.question]), first.detail.map(inWords).join('\n\n'), agree);
  const detail = meanings.map(({ question, detail: meaning }) => inWords([question, ...meaning.flat()]));
  return confirm(vscode.l10n.t('Take over {0} stories?', meanings.length), detail.join('\n\n'), agree);
}
