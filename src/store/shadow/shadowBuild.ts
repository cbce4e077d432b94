import type { Database } from 'sql.js';
import type { LogEnd } from '../log/recordFormat';
import { createShadowTables } from './shadowSteps';
import { inTransaction } from './inTransaction';
import { writeEnd, writeEntry, writeStory } from './shadowTables';
import type { HistoryEntry } from '../../core/story/history';
import type { StoryRecord } from '../../core/story/story';

/** How many rows are written before other work gets its turn. */
const CHUNK = 500;

export interface BuildStep {
  readonly step: () => void;
  /** Rows that are there once it is done, of all. */
  readonly progress: { readonly done: number; readonly total: number };
}

/** What a shadow is built of. */
export interface BuiltOf {
  readonly stories: readonly StoryRecord[];
  readonly history: readonly HistoryEntry[];
}

/**
 * The steps that fill an empty database, each small enough to run without a pause. `end` is where the log ends that is all
 * in it; without one the tables claim to mirror nothing.
 */
export function* buildDatabase(
  database: Database,
  { stories, history: entries }: BuiltOf,
  end: LogEnd | null = null,
): Generator<BuildStep> {
  const total = stories.length + entries.length;
  let done = 0;
  yield { step: () => createShadowTables(database), progress: { done, total } };
  for (const batch of inChunks(stories)) {
    done += batch.length;
    const step = (): void => inTransaction(database, () => batch.forEach((story) => writeStory(database, story)));
    yield { step, progress: { done, total } };
  }
  for (const batch of inChunks(entries)) {
    done += batch.length;
    const step = (): void => inTransaction(database, () => batch.forEach((entry) => writeEntry(database, entry)));
    yield { step, progress: { done, total } };
  }
  if (end !== null) yield { step: () => writeEnd(database, 'log', end), progress: { done, total } };
}

function* inChunks<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < all.length; start += CHUNK) yield all.slice(start, start + CHUNK);
}
