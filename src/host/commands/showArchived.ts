import { stageWord } from '../../core/story/stageWords';
import * as vscode from 'vscode';
import type { StoryRecord } from '../../core/story/story';
import { age } from '../../core/words/durations';
import type { Session } from '../../session/session';
import { canBeReverted } from '../../core/story/reverting';
import { mention, warn } from '../say/notify';
import { pickOne, type Choice } from '../say/pick';
import { pickPaged } from '../say/pickPaged';
import { showTimeline } from '../past/showTimeline';
import { showStory } from '../storyDocument/showStory';
import { revertStory } from './revertStory';
import type { CommandContext } from './context';
import { wordsOf } from '../say/inWords';

/** How many archived stories are read at a time. */
const PART = 200;

/** Lets the person find an archived story, however old it is, and reopen it or look at it: its text, its output, its timeline. */
export async function showArchived(context: CommandContext): Promise<void> {
  const session = context.host.session();
  if (session === null) return;
  const story = await pickPaged(partsOf(session), {
    title: vscode.l10n.t('Archived Stories'),
    placeHolder: vscode.l10n.t('Type to find one by number, title or label'),
    none: vscode.l10n.t('No story is archived yet.'),
  });
  if (story !== undefined) await offerActions(context, session, story);
}

function partsOf(session: Session): () => Promise<readonly Choice<StoryRecord>[] | null> {
  let after: string | null = null;
  let isOver = false;
  return async () => {
    if (isOver) return null;
    const page = await session.archived({ after, limit: PART });
    after = page.next;
    isOver = page.next === null;
    return page.stories.map(rowOf);
  };
}

function rowOf(story: StoryRecord): Choice<StoryRecord> {
  const { number, title, labels, stage, stageAt } = story;
  const reverted = stage.name === 'Archived' ? stage.revertedBy : undefined;
  const archived = stage.name === 'Archived' ? howArchived(stage.reason) : stageWord(stage.name);
  const how =
    reverted === undefined
      ? archived
      : vscode.l10n.t(
          '{0}, reverted by {1}',
          archived,
          reverted.number === null ? reverted.commit.slice(0, 8) : `#${reverted.number}`,
        );
  return {
    label: `#${number} ${title}`,
    description: vscode.l10n.t('{0}, {1} ago', how, age(stageAt, Date.now())),
    ...(labels.length === 0 ? {} : { detail: labels.join(', ') }),
    value: story,
  };
}

function howArchived(reason: Extract<StoryRecord['stage'], { name: 'Archived' }>['reason']): string {
  return reason.kind === 'supersededBy'
    ? vscode.l10n.t('superseded by #{0}', reason.number)
    : vscode.l10n.t(reason.kind);
}

async function offerActions(context: CommandContext, session: Session, story: StoryRecord): Promise<void> {
  const { number, title } = story;
  const action = await pickOne(
    [
      { label: vscode.l10n.t('Open Story'), icon: 'go-to-file', value: 'open' as const },
      { label: vscode.l10n.t('Reopen in Backlog'), icon: 'inbox', value: 'Backlog' as const },
      { label: vscode.l10n.t('Reopen in Coding'), icon: 'debug-restart', value: 'Coding' as const },
      ...(canBeReverted(story.stage)
        ? [{ label: vscode.l10n.t('Revert Story…'), icon: 'discard', value: 'revert' as const }]
        : []),
      { label: vscode.l10n.t('Show Output'), icon: 'output', value: 'output' as const },
      { label: vscode.l10n.t('Show Timeline'), icon: 'history', value: 'timeline' as const },
    ],
    { title: `#${number} ${title}` },
  );
  switch (action) {
    case undefined:
      return;
    case 'open':
      return showStory(context, number);
    case 'revert': {
      const said = await revertStory(context, story);
      if (said !== null) mention(said);
      return;
    }
    case 'timeline':
      return showTimeline(context, story);
    case 'output':
      return showKeptOutput(context, session, story);
    case 'Backlog':
    case 'Coding':
      return reopen(context, session, story, action);
  }
}

async function showKeptOutput(
  { outputs, repositories, host }: CommandContext,
  session: Session,
  story: StoryRecord,
): Promise<void> {
  const kept = await session.outputsOf(story.key);
  const nothing = vscode.l10n.t('Nothing has run for #{0} yet.', story.number) + '\n';
  await outputs.show({ ...story, repository: repositories.label(host) }, () =>
    Promise.resolve(kept.length === 0 ? nothing : kept.join('\n')),
  );
}

async function reopen(
  context: CommandContext,
  session: Session,
  { key, number }: StoryRecord,
  reopenTo: 'Backlog' | 'Coding',
): Promise<void> {
  const outcome = await session.perform(key, { event: 'Reopen', reopenTo });
  if (outcome.kind === 'refused') {
    void warn(wordsOf(outcome));
    return;
  }
  mention(vscode.l10n.t('#{0} is in {1}.', number, stageWord(outcome.story.stage.name)));
  await session.settle();
  await context.view.show(key);
}
