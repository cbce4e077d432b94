import { withEntry } from '../../core/recovery/stageOfEntry';
import type { StoryRecord } from '../../core/story/story';
import { decodeChange } from '../log/changeRecord';
import { decodeState } from './changeState';

/** Every story as a log's records leave it at a moment (ISO 8601 in UTC), by number. */
export function recordsAt(records: readonly Buffer[], time: string): StoryRecord[] {
  const stories = new Map<string, StoryRecord>();
  const changes = records.map(decodeChange);
  const last = changes.findLastIndex((change) => change?.entry != null && change.entry.at <= time);
  for (const change of changes.slice(0, last + 1)) {
    const entry = change?.entry ?? null;
    if (change === null || entry === null) continue;
    const state = decodeState(change.state);
    const before = stories.get(entry.key);
    if (state === null && before !== undefined) stories.set(entry.key, withEntry(before, entry));
    else if (state !== null && 'story' in state) stories.set(entry.key, state.story);
    else if (state !== null) stories.delete(entry.key);
  }
  return [...stories.values()].sort((a, b) => a.number - b.number || (a.key < b.key ? -1 : 1));
}
