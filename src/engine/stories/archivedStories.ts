import type { StoryRecord } from '../../core/story/story';
import type { StoryStore } from '../../ports/store';

/** Archived stories that are read at a time. */
const PAGE = 500;

/** Every archived story wherever it is kept, newest number first; who has seen enough reads no further. */
export async function* archivedStories(store: Pick<StoryStore, 'archived'>): AsyncGenerator<StoryRecord> {
  for (let after: string | null = null; ;) {
    const page = await store.archived({ after, limit: PAGE });
    yield* page.stories;
    if (page.next === null) return;
    after = page.next;
  }
}
