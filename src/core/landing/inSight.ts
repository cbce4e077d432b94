import { raceTogether } from '../agents/race';
import type { PipelineFacts } from '../pipeline/facts';
import type { Oid, StageName } from '../story/stage';
import { underlyingStage } from '../story/stage';
import type { StoryRecord } from '../story/story';
import type { PredictedConflict, RedTogether } from './radar';

/** A story whose work could conflict with that of others. `branch` is a full name. */
export interface StoryInSight {
  readonly key: string;
  readonly branch: string;
  readonly tip: Oid;
  /** An agent is at work on it now, so that its files change without anybody saying so. */
  readonly isAtWork: boolean;
}

/** Stages of stories that will land some time, the nearest to it first. One that is frozen is set aside. */
const ON_THE_WAY: readonly StageName[] = ['Merge', 'MergeFailure', 'MergeFailureFinal', 'ReviewHold', 'QA', 'Coding'];

/** So many stories are compared with each other; of more the ones that are furthest from landing are left out. */
const MOST_IN_SIGHT = 100;

/** Stories with a branch that are on their way to the target. */
export function storiesInSight({ stories, tips, runs }: Pick<PipelineFacts, 'stories' | 'tips' | 'runs'>): {
  readonly inSight: readonly StoryInSight[];
  readonly leftOut: number;
} {
  const found = stories.flatMap((story): { place: number; one: StoryInSight }[] => {
    const [place, tip] = [placeOf(story), tips.get(story.key) ?? null];
    if (place < 0 || story.branch === null || tip === null) return [];
    const isAtWork = runs.get(story.key)?.kind === 'coder';
    return [{ place, one: { key: story.key, branch: story.branch, tip, isAtWork } }];
  });
  const inOrder = found.sort((a, b) => a.place - b.place).map(({ one }) => one);
  return { inSight: inOrder.slice(0, MOST_IN_SIGHT), leftOut: Math.max(0, inOrder.length - MOST_IN_SIGHT) };
}

function placeOf(story: StoryRecord): number {
  return story.stage.name === 'Frozen' ? -1 : ON_THE_WAY.indexOf(underlyingStage(story.stage).name);
}

/** What a story will conflict with: the other one, null for the target. */
export interface StoryConflict {
  readonly other: StoryRecord | null;
  readonly files: readonly string[];
  readonly gate?: RedTogether;
}

/**
 * What was predicted, by story key, for those that are still on their way. With the target, what a failed merge says itself is
 * left out. Those that race together are to change the same, and only one of them lands.
 */
export function conflictsByStory(
  stories: readonly StoryRecord[],
  conflicts: readonly PredictedConflict[],
): ReadonlyMap<string, readonly StoryConflict[]> {
  const found = new Map<string, StoryConflict[]>();
  if (conflicts.length === 0) return found;
  const named = new Set(conflicts.flatMap(({ one, other }) => (other === null ? [one] : [one, other])));
  const byKey = new Map(stories.flatMap((story) => (named.has(story.key) && placeOf(story) >= 0 ? [[story.key, story]] : []))); // prettier-ignore
  const note = (key: string, conflict: StoryConflict): void => {
    const known = found.get(key);
    if (known === undefined) found.set(key, [conflict]);
    else known.push(conflict);
  };
  for (const { one, other, ...what } of conflicts) {
    const [a, b] = [byKey.get(one), other === null ? null : byKey.get(other)];
    if (a === undefined || b === undefined) continue;
    if (b === null ? a.stage.name.startsWith('MergeFailure') : raceTogether(a, b)) continue;
    note(one, { other: b, ...what });
    if (b !== null) note(b.key, { other: a, ...what });
  }
  return found;
}
