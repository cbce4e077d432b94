import * as vscode from 'vscode';
import { showWhyNotLanded } from '../queue/showWhyNotLanded';
import { ACTION_IDS, ACTIONS, type ActionId } from '../../core/board/actions';
import type { Card } from '../../core/board/card';
import type { PersonRequest } from '../../engine/stories/personCommands';
import { byRepository, type CommandContext } from './context';
import { describeCards, isDescribing } from './describeCards';
import { openWorktree, showOutput } from './openStory';
import { openDiff } from '../review/showChanges';
import { showTimeline } from '../past/showTimeline';
import { resolveConflicts, takeBackMerge } from './resolveConflicts';
import { revertStory } from './revertStory';
import { compareRace, keepThisOne, raceAgents } from './raceAgents';
import { answerAgent, startFresh, takeOver, writeToAgent } from './talkToAgent';
import { guarded } from './showBug';
import { storiesFor } from './pickStory';
import { startWith } from './startWith';
import { redTarget } from './redTarget';
import { editAgents, editGates, setIdentity } from './setUp';
import { deleteStories } from '../removal/removeStories';
import { mention } from '../say/notify';
import { askFor } from './askFor';
import { pickStage } from './moveStories';
import { perform, performAll, type Deed } from './perform';

/** Registers every action on stories; each takes a tree row, a story key, or asks which story is meant. */
export function registerStoryActions(context: CommandContext): vscode.Disposable[] {
  return ACTION_IDS.filter((id) => ACTIONS[id].menu !== null).map((id) =>
    vscode.commands.registerCommand(`switchyard.${id}`, (first?: unknown, selected?: unknown) =>
      guarded(context, id, async () => {
        // The row of a run of an agent says which one is meant.
        const run = id === 'openTranscript' && typeof selected === 'string' ? selected : null;
        const stories = await storiesFor(context, id, first, run === null ? selected : undefined);
        for (const [there, cards] of byRepository(context, stories)) {
          if (run !== null && cards[0] !== undefined) await there.transcripts.open(there, cards[0], run);
          const said = run !== null ? null : await actOnAll(there, cards, id);
          if (said !== null) mention(said);
        }
      }),
    ),
  );
}

/** Does one action on all of these stories of one repository, after at most one question for all. Returns what to say, null for nothing. */
export async function actOnAll(context: CommandContext, cards: readonly Card[], id: ActionId): Promise<string | null> {
  const [first, ...others] = cards;
  if (first === undefined) return null;
  if (others.length === 0) return act(context, first, id);
  if (isDescribing(id)) return describeCards(context, cards, id);
  if (id === 'startWith') return startWith(context, [first, ...others]);
  if (id === 'deleteStory') return deleteStories(context, cards);
  // The target is one, however many wait for it.
  if (id === 'decideTarget') return act(context, first, id);
  if (id === 'moveToStage') return pickStage(context, [first, ...others]);
  if (ACTIONS[id].event === null) return actInTurn(context, cards, id);
  const request = await askFor(context, [first, ...others], id);
  return request === null ? null : performAll(context, cards, asking(request));
}

/** What shows something, or is a conversation of its own, is done to one after another. */
async function actInTurn(context: CommandContext, cards: readonly Card[], id: ActionId): Promise<string | null> {
  const said: string[] = [];
  for (const card of cards) {
    const one = await act(context, card, id);
    if (one !== null) said.push(one);
  }
  return said.length === 0 ? null : said.join(' ');
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
      return pickStage(context, [card]);
    case 'openWorktree':
      await openWorktree(context, card);
      return null;
    case 'openDiff':
      await openDiff(context, card);
      return null;
    case 'showOutput':
      await showOutput(context, card);
      return null;
    case 'openTranscript':
      await context.transcripts.open(context, card);
      return null;
    case 'showTimeline':
      await showTimeline(context, card);
      return null;
    case 'whyNotLanded':
      await showWhyNotLanded(context, card);
      return null;
    case 'stopWaitingFor':
      await context.host.session()?.stopWaiting(card.key);
      return null;
    case 'allowOnce':
    case 'allowForStory':
    case 'deny':
      return answerAgent(context, card, id);
    case 'writeToAgent':
      return writeToAgent(context, card);
    case 'takeOver':
      return takeOver(context, card);
    case 'startWith':
      return startWith(context, [card]);
    case 'race':
      return raceAgents(context, card);
    case 'compareRace':
      await compareRace(context, card);
      return null;
    case 'keepThisOne':
      return keepThisOne(context, card);
    case 'startFresh':
      return startFresh(context, card);
    case 'decideTarget':
      await redTarget(context);
      return null;
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
    case 'chooseAgent':
      return describeCards(context, [card], id);
    case 'deleteStory':
      return deleteStories(context, [card]);
    case 'newChild': {
      const { NewStories } = await import('./newStory');
      await new NewStories().make(context, { context: null, then: 'open', childOf: card });
      return null;
    }
    case 'revertStory':
      return revertStory(context, card);
    case 'resolveConflicts':
      return resolveConflicts(context, card);
    case 'abortResolving':
      return takeBackMerge(context, card);
    default: {
      const request = await askFor(context, [card], id, given.seen);
      return request === null ? null : perform(context, card, asking({ ...request, ...given }));
    }
  }
}

/** What begins, or goes on after it was set aside, may need a worktree first. */
const TO_WORK: readonly PersonRequest['event'][] = ['Start', 'Reopen', 'Unblock'];

function asking(request: PersonRequest): Deed {
  return {
    does: (session, { key }) => session.perform(key, request),
    makes: TO_WORK.includes(request.event) ? 'worktree' : 'no worktree',
  };
}
