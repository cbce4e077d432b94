import type { Database, SqlJsStatic } from 'sql.js';
import type { IndexView } from '../index/storyIndex';
import type { LogEnd } from '../log/recordFormat';
import { createShadowTables } from './shadowSteps';
import { inTransaction } from './inTransaction';
import { writeEnd, writeEntry, writeStory } from './shadowTables';
import type { HistoryEntry } from '../../core/story/history';
import type { StoryRecord } from '../../core/story/story';

/** How many rows are written before other work gets its turn. */
const CHUNK = 500;

/** How far a rebuild is. */
export interface RebuildProgress {
  readonly done: number;
  readonly total: number;
}

/**
 * A database of all that the index knows, with pauses for other work. `end` is where the log ended when that began: what
 * changes meanwhile may be in it or not, so it has to be written again.
 */
export async function buildAnew(
  sql: SqlJsStatic,
  source: IndexView & { readonly end: LogEnd },
  onProgress: (progress: RebuildProgress) => void = () => undefined,
): Promise<{ database: Database; end: LogEnd }> {
  const { end } = source;
  const all = await readAll(source);
  const database = new sql.Database();
  for (const { step, progress } of buildDatabase(database, all, end)) {
    step();
    onProgress(progress);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { database, end };
}

/** Also what is not at hand. */
async function readAll(source: IndexView): Promise<BuiltOf> {
  const stories = [...source.stories(), ...(await source.archivedElsewhere())];
  return { stories, history: await source.readHistory({ cursor: 0, limit: Number.MAX_SAFE_INTEGER }) };
}

interface BuildStep {
  readonly step: () => void;
  /** Rows that are there once it is done, of all. */
  readonly progress: RebuildProgress;
}

interface BuiltOf {
  readonly stories: readonly StoryRecord[];
  readonly history: readonly HistoryEntry[];
}

/**
 * The steps that fill an empty database, each small enough to run without a pause. `end` is where the log ends that is all
 * in it.
 */
function* buildDatabase(database: Database, { stories, history: entries }: BuiltOf, end: LogEnd): Generator<BuildStep> {
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
  yield { step: () => writeEnd(database, 'log', end), progress: { done, total } };
}

function* inChunks<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < all.length; start += CHUNK) yield all.slice(start, start + CHUNK);
}
