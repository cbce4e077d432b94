import * as vscode from 'vscode';
import { ACTIONS, titleOf } from '../../core/board/actions';
import { STATE_GLYPHS } from '../../core/board/glyphs';
import { age } from '../../core/words/durations';
import { targetOf } from '../commands/chooseRepository';
import { inRepository, type CommandContext } from '../commands/context';
import type { StoryIn } from '../storyIn';
import { guarded } from '../commands/showBug';
import { NOTICE_COMMANDS } from '../notices';
import { pickLive, type LivePart, type LiveRow } from '../say/pickLive';
import { whatWaits, type NoticeIn } from './inbox';
import { doStep, openNeed } from './openNeed';
import { stageWord } from '../../core/story/stageWords';

/** What choosing a row does. */
type Choose = () => unknown;

/**
 * Lists what waits for the person, each with its next steps as buttons; a row opens where it is decided. With nothing to do
 * it leads to the board and to a new story.
 */
export async function showNeeds(context: CommandContext): Promise<void> {
  const { repositories } = context;
  const waiting = whatWaits(repositories);
  const nothing = waiting.stories.length + waiting.notices.length === 0;
  const chosen = await pickLive<Choose>(() => partsOf(context), repositories.onDidChange, {
    title: vscode.l10n.t('Needs You'),
    placeHolder: nothing
      ? vscode.l10n.t('Nothing needs you now. Everything that can go on goes on by itself.')
      : vscode.l10n.t('Enter opens where it is decided; a button acts at once'),
  });
  await chosen?.();
}

function partsOf(context: CommandContext): LivePart<Choose>[] {
  const { notices, stories } = whatWaits(context.repositories);
  return [
    { heading: vscode.l10n.t('holds up the whole repository'), rows: notices.map((one) => noticeRow(context, one)) },
    { heading: vscode.l10n.t('stories'), rows: stories.map((one) => storyRow(context, one)) },
    { heading: vscode.l10n.t('go to'), rows: [commandRow('layout', 'Open Board'), commandRow('add', 'New Story…')] },
  ];
}

function noticeRow({ repositories }: CommandContext, { host, notice }: NoticeIn): LiveRow<Choose> {
  const { text, action } = notice;
  const run = () => vscode.commands.executeCommand(NOTICE_COMMANDS[action.id], targetOf(host));
  const where = repositories.label(host);
  const description = where === null ? {} : { description: where };
  return { label: vscode.l10n.t(action.label), icon: 'warning', ...description, detail: text, buttons: [], value: run };
}

/** What is asked has a line of its own, whole. */
function storyRow(window: CommandContext, { host, card }: StoryIn): LiveRow<Choose> {
  const context = inRepository(window, host);
  const where = context.repositories.label(host);
  const glyph = STATE_GLYPHS[card.state];
  return {
    label: `#${card.number} ${card.title}`,
    icon: glyph === null || glyph.icon === 'hourglass' ? 'bell' : glyph.icon,
    description: [...(where === null ? [] : [where]), stageWord(card.stage), age(card.since, Date.now())].join(' · '),
    ...(card.why === null ? {} : { detail: card.why }),
    buttons: card.primaryActions.map((id) => ({
      icon: ACTIONS[id].icon ?? 'circle-large-outline',
      label: vscode.l10n.t(titleOf(ACTIONS[id])),
      press: () => guarded(context, id, () => doStep(context, card.key, id)),
    })),
    value: () => openNeed(context, card),
  };
}

const GO_TO = { 'Open Board': 'switchyard.openBoard', 'New Story…': 'switchyard.newStory' } as const;

function commandRow(icon: string, title: keyof typeof GO_TO): LiveRow<Choose> {
  return {
    label: vscode.l10n.t(title),
    icon,
    buttons: [],
    value: () => vscode.commands.executeCommand(GO_TO[title]),
  };
}
