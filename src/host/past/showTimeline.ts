import * as vscode from 'vscode';
import type { HistoryEntry } from '../../core/story/history';
import { timelineText } from '../../core/story/timelineText';
import { documentName, type CommandContext } from '../commands/context';
import { localMoment } from '../../core/words/localMoment';
import { translate } from '../say/translate';

/** How many entries are read at a time. */
const PAGE = 200;

interface Story {
  readonly key: string;
  readonly number: number;
  readonly title: string;
}

/** Shows everything that happened to a story as a document, the newest first and older parts when they are asked for. */
export async function showTimeline(context: CommandContext, story: Story): Promise<void> {
  await showFrom(context, story, [], null);
}

async function showFrom(
  context: CommandContext,
  story: Story,
  known: readonly HistoryEntry[],
  before: number | null,
): Promise<void> {
  const page = await context.host.session()?.timeline({ key: story.key, before, limit: PAGE });
  if (page === undefined) return;
  const entries = [...known, ...page.entries];
  const heading = vscode.l10n.t('#{0} {1}: what happened', story.number, story.title);
  const older = { label: vscode.l10n.t('Show Older'), run: () => showFrom(context, story, entries, page.next) };
  const text = timelineText(heading, entries, { hasOlder: page.next !== null, when: localMoment }, translate);
  const name = documentName(context, `${vscode.l10n.t('Timeline of #{0}', story.number)}.txt`);
  await context.texts.show(name, text, page.next === null ? [] : [older]);
}
