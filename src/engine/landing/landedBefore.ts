import { landingsOf, unknownLanding } from '../../core/recovery/landedBefore';
import type { StoryRecord } from '../../core/story/story';
import type { EnginePorts } from '../ports';
import type { StoryBook } from '../stories/storyBook';

/**
 * Right before work on a story begins the journal is asked once more: one that has landed, and whose own record does not
 * know it, becomes Done instead.
 */
export async function becameDone(
  { journal, store, log }: Pick<EnginePorts, 'journal' | 'store' | 'log'>,
  book: StoryBook,
  story: StoryRecord,
): Promise<boolean> {
  const landings = landingsOf(journal.jobsOf(story.key));
  if (landings.length === 0) return false;
  const history = await store.history({ cursor: 0, limit: Number.MAX_SAFE_INTEGER, key: story.key });
  const landing = unknownLanding(landings, history);
  if (landing === null) return false;
  log.warn(`[engine] #${story.number} has landed as ${landing.commit} already; nothing is started`);
  const landed = { mergeCommit: landing.commit, mergedAt: landing.at };
  await book.apply(story.key, { name: 'MergedOutside', ...landed }, 'merge journal');
  return true;
}
