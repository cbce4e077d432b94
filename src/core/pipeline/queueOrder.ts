import type { StoryRecord } from '../story/story';

/** Waiting this long (ms) counts as one step of priority, so that nothing starves. */
const AGING_STEP_MS = 2 * 60 * 60 * 1000;

/** First come, first served within a priority; age raises priority. `now` in ms since 1970. Returns a new array. */
export function inQueueOrder(stories: readonly StoryRecord[], now: number): StoryRecord[] {
  const places = stories.map((story) => {
    const since = Date.parse(story.queuedAt ?? story.stageAt);
    return { story, since, rank: story.priority - Math.floor(Math.max(0, now - since) / AGING_STEP_MS) };
  });
  places.sort((a, b) => a.rank - b.rank || a.since - b.since || a.story.number - b.story.number);
  return places.map(({ story }) => story);
}
