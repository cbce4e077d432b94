import type { StoryRecord } from '../../core/story/story';
import type { ArchivePage } from '../../ports/store';

/** A part of some stories, the newest number first. `after` is what an earlier part gave as `next`, null to begin. */
export function archivePage(
  stories: readonly StoryRecord[],
  { after, limit }: { after: string | null; limit: number },
): ArchivePage {
  const ordered = stories.toSorted((a, b) => b.number - a.number || (a.key < b.key ? 1 : -1));
  const rest = after === null ? ordered : ordered.filter((story) => isBehind(story, after));
  const page = rest.slice(0, Math.max(1, limit));
  const last = page.at(-1);
  return { stories: page, next: last === undefined || page.length === rest.length ? null : cursorOf(last) };
}

function cursorOf({ number, key }: StoryRecord): string {
  return `${number} ${key}`;
}

function isBehind(story: StoryRecord, cursor: string): boolean {
  const [number, key = ''] = cursor.split(' ');
  return story.number < Number(number) || (story.number === Number(number) && story.key < key);
}
