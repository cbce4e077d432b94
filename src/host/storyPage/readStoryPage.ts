import { storyPage, type StoryPage } from '../../core/story/storyPage';
import type { RepositoryHost } from '../repositoryHost';

/** How much of the history the page shows; Show Timeline has all. */
const ENTRIES = 30;

/** All that the page of a story shows, as it is now; null where there is no such story among those that are shown. */
export async function readStoryPage(host: RepositoryHost, number: number): Promise<StoryPage | null> {
  const session = host.session();
  const card = host.model()?.cards.find((one) => one.number === number);
  if (session === null || card === undefined) return null;
  const [body, text, review, history, outputs] = await Promise.all([
    session.bodyOf(card.key),
    session.storyText(number, null),
    session.reviewOf(card.key),
    session.historyOf(card.key, ENTRIES),
    session.outputsOf(card.key),
  ]);
  const readOnly = text.kind === 'found' ? text.story.readOnly : null;
  return storyPage({ card, body, readOnly, review, history, outputs });
}
