import * as vscode from 'vscode';
import { ACTIONS, titleOf, type ActionId } from '../../core/board/actions';
import type { Card } from '../../core/board/card';
import { overviewOf } from '../../core/board/overview';
import { targetOf } from '../commands/chooseRepository';
import { inRepository, type CommandContext } from '../commands/context';
import { NOTICE_COMMANDS } from '../notices';
import type { RepositoryHost } from '../repositoryHost';
import { act } from '../commands/storyActions';
import { inform, mention } from '../say/notify';
import { whatWaits } from './inbox';
import { stageWord } from '../../core/story/stageWords';

/**
 * Opens a story that needs the person where that is decided, and says in one line what is asked, with the steps that can be
 * taken; a review and a merge editor say both themselves, and a notification would lie over them. Nothing is begun by looking: a merge in a worktree
 * starts with its button.
 */
export async function openNeed(context: CommandContext, card: Card): Promise<void> {
  const place = placeOf(card);
  if (place === null) await vscode.commands.executeCommand('switchyard.openStory', card.key, 'row');
  else await act(context, card, place);
  if (place !== 'resolveConflicts' && (card.need !== 'review' || place !== 'openDiff')) void offerSteps(context, card, place); // prettier-ignore
}

/** Opens what the overview says needs the person first in a repository: a story, or what holds it up as a whole. */
export async function openFirst(context: CommandContext, host: RepositoryHost): Promise<void> {
  const { stories, notices } = whatWaits(context.repositories);
  const key = overviewOf([host.shown()]).rows[0]?.first?.key ?? null;
  const story = stories.find((one) => one.host === host && one.card.key === key);
  if (story !== undefined) return openNeed(inRepository(context, host), story.card);
  const held = notices.find((one) => one.host === host);
  if (held !== undefined) await vscode.commands.executeCommand(NOTICE_COMMANDS[held.notice.action.id], targetOf(host));
}

/** The action that shows where it is decided; null for the story itself. */
function placeOf({ need, actions }: Card): ActionId | null {
  const can = (id: ActionId): ActionId | null => (actions.includes(id) ? id : null);
  switch (need) {
    case 'review':
      // Of those that race one is kept, so they are seen side by side first.
      return can('compareRace') ?? can('openDiff');
    case 'conflict':
      // Its merge stands in the worktree already, and is only opened again.
      return actions.includes('abortResolving') ? can('resolveConflicts') : can('openDiff');
    case 'fix':
    case 'cold':
      return can('showOutput');
    case 'files':
      return can('openSourceControl');
    case 'question':
    case 'dependency':
    case null:
      return null;
    default:
      return need satisfies never;
  }
}

/** VS Code shows the first buttons of a notification side by side. */
const MOST_STEPS = 3;

async function offerSteps(context: CommandContext, card: Card, shown: ActionId | null): Promise<void> {
  const steps = card.primaryActions.filter((id) => id !== shown).slice(0, MOST_STEPS);
  const others = whatWaits(context.repositories).stories.filter((one) => one.card.key !== card.key).length;
  const next = vscode.l10n.t('Next ({0} more)', others);
  const buttons = [...steps.map((id) => vscode.l10n.t(titleOf(ACTIONS[id]))), ...(others === 0 ? [] : [next])];
  const pressed = await inform(`#${card.number} ${card.title}: ${card.why ?? stageWord(card.stage)}`, ...buttons);
  if (pressed === undefined) return;
  if (pressed === next) {
    await vscode.commands.executeCommand('switchyard.nextNeedsYou');
    return;
  }
  const step = steps[buttons.indexOf(pressed)];
  if (step !== undefined) await doStep(context, card.key, step);
}

/** Does a step on the story as it is now; what is no longer possible is said where the command says it. */
export async function doStep(context: CommandContext, key: string, step: ActionId): Promise<void> {
  const card = context.host.model()?.cards.find((one) => one.key === key);
  if (card === undefined) return;
  const said = await act(context, card, step);
  if (said !== null) mention(said);
}
