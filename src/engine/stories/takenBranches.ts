import type { StoryStore } from '../../ports/store';
import { archivedStories } from './archivedStories';

/** Full names of the branches that are a story's, also of those that have left the log: each can be reopened. */
export async function takenBranches(store: Pick<StoryStore, 'stories' | 'archived'>): Promise<ReadonlySet<string>> {
  const taken = new Set(store.stories().flatMap(({ branch }) => branch ?? []));
  for await (const { branch } of archivedStories(store)) if (branch !== null) taken.add(branch);
  return taken;
}
