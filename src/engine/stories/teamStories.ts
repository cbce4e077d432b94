import { wasReopened } from '../../core/recovery/landedBefore';
import type { TeamStories } from '../../ports/sharing';
import type { StoryStore } from '../../ports/store';
import type { StoryBook } from './storyBook';

/** The stories of this machine for those who bring others': whatever they change, it is changed by the book. */
export function teamStories(store: StoryStore, book: StoryBook): TeamStories {
  return {
    all: async () => {
      const archived = await store.archived({ after: null, limit: Number.MAX_SAFE_INTEGER });
      const known = [...store.stories(), ...store.tombstones(), ...archived.stories];
      return [...new Map(known.map(({ key, number }) => [key, { key, number }])).values()];
    },
    read: (keys) => book.locals(keys),
    wasReopened: async (key, commit) =>
      wasReopened(await store.history({ cursor: 0, limit: Number.MAX_SAFE_INTEGER, key }), commit),
    take: (takings) => book.take(takings),
    onDidWrite: (listener) => store.onDidWrite(listener),
  };
}
