import { storyPage, type StoryPage } from '../../core/story/storyPage';
import type { CommandContext } from '../commands/context';
import { storyWith } from '../storyIn';
import { translate } from '../say/translate';

/** How much of the history the page shows; Show Timeline has all. */
const ENTRIES = 30;

/** All that the page of a story shows, as it is now; null where there is no such story among those that are shown. */
export async function readStoryPage(context: CommandContext, key: string): Promise<StoryPage | null> {
  const found = storyWith(context, key);
  const session = found?.host.session() ?? null;
  if (found === null || session === null) return null;
  const { card } = found;
  const [body, text, review, history, runs] = await Promise.all([
    session.bodyOf(card.key),
    session.storyText(card.number, null),
    session.reviewOf(card.key),
    session.historyOf(card.key, ENTRIES),
    session.runsOf(card.key),
  ]);
  const readOnly = text.kind === 'found' ? text.story.readOnly : null;
  return storyPage({ card, body, readOnly, review, history, runs }, translate);
}
