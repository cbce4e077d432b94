import type { HistoryEntry } from '../story/history';
import { refSchema, stageSchema, type Stage } from '../story/stage';
import type { StoryRecord } from '../story/story';

/** The stage that a line of the history led to, by the evidence it keeps; null where it does not say. */
function stageOfEntry({ to, evidence }: HistoryEntry): Stage | null {
  try {
    const fields: unknown = evidence === '' ? {} : JSON.parse(evidence);
    if (typeof fields !== 'object' || fields === null) return null;
    const read = stageSchema.safeParse({ ...fields, name: to });
    return read.success ? read.data : null;
  } catch {
    return null;
  }
}

/** The story as a later line of its history says it is. What no line tells (title, priority, strikes) stays as it was. */
export function withEntry(story: StoryRecord, entry: HistoryEntry): StoryRecord {
  if (entry.event === 'BranchNamed') {
    const branch = refSchema.safeParse(entry.evidence);
    return branch.success ? { ...story, branch: branch.data, updatedAt: entry.at } : story;
  }
  const stage = stageOfEntry(entry);
  if (stage === null) return story;
  const queuedAt = stage.name === 'Merge' ? (story.queuedAt ?? entry.at) : story.queuedAt;
  return { ...story, stage, queuedAt, stageAt: entry.at, updatedAt: entry.at };
}
