import type { StoryRecord } from '../../core/story/story';
import type { Log } from '../../ports/log';
import type { RecordLog } from '../log/recordLog';
import { readStories } from './keptArchive';
import type { KeptRecords } from './keptRecords';
import { followLog, takeStep, type PlainRecord } from './steps';

/**
 * Every story as it was at a moment (ISO 8601 in UTC), by number. The order of changes counts, not their times: a moment is
 * behind the last change that was made at it or before, so a clock that was set back hides nothing.
 */
export async function recordsAt(
  time: string,
  { records, kept, log }: { records: RecordLog; kept: KeptRecords; log: Log },
): Promise<readonly StoryRecord[]> {
  const past = await followLog(records.readAlong(records.end), log);
  const archived = await kept.archive.numbers();
  const elsewhere = [...archived.keys()].filter((key) => !past.snapshot.has(key) && !past.buried.has(key));
  const stories = new Map<string, PlainRecord>(past.snapshot);
  for (const story of await kept.archive.stories(elsewhere)) stories.set(story.key, story);
  const last = past.steps.findLastIndex(({ entry }) => entry.at <= time);
  for (const step of past.steps.slice(0, last + 1)) takeStep(stories, step);
  if (last < 0) await kept.history.goBack(stories, time);
  return readStories([...stories.values()]).sort((a, b) => a.number - b.number || (a.key < b.key ? -1 : 1));
}
