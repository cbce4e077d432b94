import * as vscode from 'vscode';
import type { Card } from '../../core/board/card';
import type { StageName } from '../../core/story/stage';
import { STAGE_NAMES } from '../../core/story/stageNames';
import { stageWord } from '../../core/story/stageWords';
import { mention } from '../say/notify';
import { pickOne } from '../say/pick';
import { confirmAbandon, mayApprove, mayStart, namedIn, type Several } from './askFor';
import { byRepository, type CommandContext } from './context';
import { everyStory } from '../storyIn';
import { perform, performAll, type Deed } from './perform';

/**
 * Moves stories to a stage, each by the one event that leads there, after at most one question. Those that cannot go there
 * are told together, each with where it can go. Returns what to say of the others, null where nothing moved.
 */
export async function moveStories(
  context: CommandContext,
  cards: readonly Card[],
  to: StageName,
): Promise<string | null> {
  const [first, ...others] = cards.filter(({ stage }) => stage !== to);
  if (first === undefined) return null;
  if (others.length > 0) return moveSeveral(context, [first, ...others], to);
  if (to === 'Archived' && first.stage !== 'Done' && !(await confirmAbandon([first]))) return null;
  if (!(await mayBegin(context, [first], to))) return null;
  return perform(context, first, moving(to));
}

async function moveSeveral(context: CommandContext, cards: Several, to: StageName): Promise<string | null> {
  const able = cards.filter(({ moves }) => moves.includes(to));
  const refused = cards.filter((card) => !able.includes(card)).map((card) => cannotMove(card, to));
  const [leaving, ...more] = to === 'Archived' ? able.filter(({ stage }) => stage !== 'Done') : [];
  if (leaving !== undefined && !(await confirmAbandon([leaving, ...more]))) return null;
  if (!(await mayBegin(context, able, to))) return null;
  return performAll(context, able, moving(to), refused);
}

/** Out of the backlog a story starts, as by Start, and into Merge a review is approved, as by Approve. */
async function mayBegin(context: CommandContext, cards: readonly Card[], to: StageName): Promise<boolean> {
  if (to === 'Merge')
    return mayApprove(
      context,
      cards.filter(({ stage }) => stage === 'ReviewHold'),
    );
  const [first, ...others] = to === 'Coding' ? cards.filter(({ stage }) => stage === 'Backlog') : [];
  return first === undefined || mayStart(context, [first, ...others]);
}

function moving(to: StageName): Deed {
  return {
    does: (session, { key }) => session.moveTo(key, to),
    makes: to === 'Coding' ? 'worktree' : 'no worktree',
  };
}

/** Rows that were dragged: says in the status bar what came of it. */
export async function moveDragged(context: CommandContext, keys: readonly string[], to: StageName): Promise<void> {
  const stories = everyStory(context).filter(({ card }) => keys.includes(card.key));
  for (const [there, cards] of byRepository(context, stories)) {
    const said = await moveStories(there, cards, to);
    if (said !== null) mention(said);
  }
}

/** Offers every stage that one of them can reach; which cannot is said when it is chosen. */
export async function pickStage(context: CommandContext, cards: Several): Promise<string | null> {
  const reachable = STAGE_NAMES.filter((stage) => cards.some(({ moves }) => moves.includes(stage)));
  const rows = reachable.map((stage) => {
    const able = cards.filter(({ moves }) => moves.includes(stage)).length;
    const some = able === cards.length ? {} : { description: vscode.l10n.t('{0} of {1}', able, cards.length) };
    return { label: stageWord(stage), value: stage, ...some };
  });
  const to = await pickOne(rows, { title: vscode.l10n.t('Move {0} to which stage?', namedIn(cards)) });
  return to === undefined ? null : moveStories(context, cards, to);
}

function cannotMove({ number, stage, moves }: Card, to: StageName): string {
  const [from, goal] = [stageWord(stage), stageWord(to)];
  if (moves.length === 0) return vscode.l10n.t('#{0} cannot move from {1} to {2}.', number, from, goal);
  const places = moves.map(stageWord).join(', ');
  return vscode.l10n.t('#{0} cannot move from {1} to {2}. It can move to {3}.', number, from, goal, places);
}
