import type { StoryStore } from '../ports/store';

/** Archived stories that are looked through at a time. */
const PAGE = 500;

/** Full names of the branches that are a story's, also of those that have left the log: each can be reopened. */
export async function takenBranches(store: Pick<StoryStore, 'stories' | 'archived'>): Promise<ReadonlySet<string>> {
  const taken = new Set(store.stories().flatMap(({ branch }) => branch ?? []));
  for (let after: string | null = null; ;) {
    const page = await store.archived({ after, limit: PAGE });
    for (const { branch } of page.stories) if (branch !== null) taken.add(branch);
    if (page.next === null) return taken;
    after = page.next;
  }
}
