import type { StoryRecord } from '../story/story';

/** Waiting this long (ms) counts as one step of priority, so that nothing starves. */
const AGING_STEP_MS = 2 * 60 * 60 * 1000;

/** First come, first served within a priority; age raises priority. `now` in ms since 1970. Returns a new array. */
export function inQueueOrder(stories: readonly StoryRecord[], now: number): StoryRecord[] {
  const since = (story: StoryRecord) => Date.parse(story.queuedAt ?? story.stageAt);
  const rank = (story: StoryRecord) => story.priority - Math.floor(Math.max(0, now - since(story)) / AGING_STEP_MS);
  return [...stories].sort((a, b) => rank(a) - rank(b) || since(a) - since(b) || a.number - b.number);
}
