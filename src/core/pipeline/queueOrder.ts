import type { Dependencies } from '../story/dependencies';
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

/**
 * The merge queue in the order in which it lands: first those that may land, in queue order; then those that wait for
 * others, each behind whatever of the queue it waits for.
 */
export function inLandingOrder(
  stories: readonly StoryRecord[],
  now: number,
  dependencies: Pick<Dependencies, 'state'>,
): StoryRecord[] {
  const ordered: StoryRecord[] = [];
  const waiting: StoryRecord[] = [];
  for (const story of inQueueOrder(stories, now)) {
    (dependencies.state(story).kind === 'ready' ? ordered : waiting).push(story);
  }
  const behind = new Set(waiting.map(({ key }) => key));
  while (waiting.length > 0) {
    const next = waiting.findIndex(({ dependsOn }) => !dependsOn.some((key) => behind.has(key)));
    // Those left go in a circle, or wait for one that does: their order says nothing.
    const [story] = waiting.splice(Math.max(0, next), 1);
    if (story === undefined) break;
    behind.delete(story.key);
    ordered.push(story);
  }
  return ordered;
}
