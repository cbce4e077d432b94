import { heldStories } from '../recovery/storeLoss';
import type { StoryRecord } from '../story/story';
import type { PipelineFacts } from './facts';

type ArchiveFacts = Pick<PipelineFacts, 'now' | 'archiveAfterMs' | 'stories' | 'losses' | 'pending'>;

interface Archive {
  readonly kind: 'event';
  readonly key: string;
  readonly event: { name: 'Accept' };
  readonly by: string;
}

/** How many are archived in one round; the next round follows at once. */
const AT_ONCE = 50;

/** Archives what has been Done for long enough; branch and worktree stay as they are. */
export function archiveDone(facts: ArchiveFacts): Archive[] {
  const held = heldStories(facts.losses);
  const due = facts.stories.filter((story) => {
    const at = archivedAt(story, facts);
    // What a person is doing with it just now is done first.
    return at !== null && at <= facts.now && !held.has(story.key) && !facts.pending.has(story.key);
  });
  return due.slice(0, AT_ONCE).map(({ key }) => ({ kind: 'event', key, event: { name: 'Accept' }, by: 'scheduler' }));
}

/** When the next story becomes due (ms since 1970); null where none will. */
export function nextArchiveAt(facts: ArchiveFacts): number | null {
  let next: number | null = null;
  for (const story of facts.stories) {
    const at = archivedAt(story, facts);
    if (at !== null && at > facts.now && (next === null || at < next)) next = at;
  }
  return next;
}

/** Counted from when it became Done here; a story that was landed by hand may have been merged long before. */
function archivedAt({ stage, stageAt }: StoryRecord, { archiveAfterMs }: ArchiveFacts): number | null {
  return stage.name !== 'Done' || archiveAfterMs === null ? null : Date.parse(stageAt) + archiveAfterMs;
}
