import type { Dependencies } from '../story/dependencies';
import type { StoryRecord } from '../story/story';
import { fewestConflicts } from '../landing/landingOrder';
import type { PredictedConflict } from '../landing/radar';
import type { PipelineFacts } from './facts';

/** Waiting this long (ms) counts as one step of priority, so that nothing starves. */
const AGING_STEP_MS = 2 * 60 * 60 * 1000;

/** First come, first served within a priority; age raises priority. `now` in ms since 1970. Returns a new array. */
export function inQueueOrder(stories: readonly StoryRecord[], now: number): StoryRecord[] {
  const places = stories.map((story) => ({ story, since: sinceOf(story), rank: rankOf(story, now) }));
  places.sort((a, b) => a.rank - b.rank || a.since - b.since || a.story.number - b.story.number);
  return places.map(({ story }) => story);
}

function sinceOf(story: StoryRecord): number {
  return Date.parse(story.queuedAt ?? story.stageAt);
}

/** Its priority, and its age in the queue: a lower one comes first. */
export function rankOf(story: StoryRecord, now: number): number {
  return story.priority - Math.floor(Math.max(0, now - sinceOf(story)) / AGING_STEP_MS);
}

/** The conflicts that decide about the order; none where stories land as they came. */
export function orderingConflicts({
  mergeOrder,
  conflicts = [],
}: Pick<PipelineFacts, 'mergeOrder' | 'conflicts'>): readonly PredictedConflict[] {
  return mergeOrder === 'fewestConflicts' ? conflicts : [];
}

/** Stories that may land, so that the fewest of one rank conflict; what makes no difference stays as it was. */
function withFewestConflicts(
  stories: readonly StoryRecord[],
  now: number,
  conflicts: readonly PredictedConflict[],
): readonly StoryRecord[] {
  if (conflicts.length === 0 || stories.length < 2) return stories;
  const pairs = conflicts.flatMap(({ one, other }): [string, string][] => (other === null ? [] : [[one, other]]));
  const stuck = new Set(conflicts.flatMap(({ one, other }) => (other === null ? [one] : [])));
  const ranked = stories.map((story) => ({ key: story.key, rank: rankOf(story, now), dependsOn: story.dependsOn }));
  const byKey = new Map(stories.map((story) => [story.key, story]));
  return fewestConflicts(ranked, pairs, stuck).order.flatMap((key) => byKey.get(key) ?? []);
}

/**
 * The merge queue in the order in which it lands: first those that may land, in queue order; then those that wait for
 * others, each behind whatever of the queue it waits for. `conflicts`: those by which the order is chosen.
 */
export function inLandingOrder(
  stories: readonly StoryRecord[],
  now: number,
  dependencies: Pick<Dependencies, 'state'>,
  conflicts: readonly PredictedConflict[] = [],
): StoryRecord[] {
  const ready: StoryRecord[] = [];
  const waiting: StoryRecord[] = [];
  for (const story of inQueueOrder(stories, now)) {
    (dependencies.state(story).kind === 'ready' ? ready : waiting).push(story);
  }
  const ordered = [...withFewestConflicts(ready, now, conflicts)];
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
