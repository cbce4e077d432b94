import { stageWord } from '../../core/story/stageWords';
import * as vscode from 'vscode';
import type { SearchMatch } from '../../core/search/searchAnswer';
import { saidOf, type CommandContext } from '../commands/context';
import type { Choice } from '../say/pick';
import { pickFound } from '../say/pickFound';

/** How many stories are shown for one text. */
const SHOWN = 50;

/** Finds a story, also an archived one, by its title, its text and what its runs said, while the person types. */
export async function searchStories(context: CommandContext): Promise<SearchMatch | undefined> {
  const session = context.host.session();
  if (session === null) return undefined;
  return pickFound(
    async (text) => {
      const { matches, left, reading } = await session.search(text, SHOWN);
      const more = [
        ...(left === 0 ? [] : [vscode.l10n.t('{0} more. Type more to find fewer.', left)]),
        ...(reading === null
          ? []
          : [vscode.l10n.t('Texts are still being read: {0} of {1} stories.', reading.done, reading.total)]),
      ];
      return { rows: matches.map(rowOf), more: more.length === 0 ? null : more.join(' '), soon: reading !== null };
    },
    {
      title: saidOf(context, vscode.l10n.t('Search Stories')),
      placeHolder: vscode.l10n.t('Words of a title, a text or an output, or label:billing'),
      none: vscode.l10n.t('No story has these words.'),
    },
  );
}

function rowOf(match: SearchMatch): Choice<SearchMatch> {
  const { number, title, stage, place, excerpt } = match;
  const where = place === 'output' ? vscode.l10n.t('{0}, in its output', stageWord(stage)) : stageWord(stage);
  return {
    label: `#${number} ${title}`,
    icon: place === 'title' ? 'symbol-string' : place === 'body' ? 'note' : 'output',
    description: where,
    ...(excerpt === null ? {} : { detail: excerpt }),
    value: match,
  };
}
