import { inBatches } from '../../base/inBatches';
import type { StoryRecord } from '../../core/story/story';
import type { ReceivedStory, Tombstone, WriteOutcome } from '../../ports/store';
import type { IndexChange } from './storyIndex';
import type { StoryStoreParts } from './storyStoreParts';

type Refused = Extract<WriteOutcome, { kind: 'refused' }>;

interface Checks {
  /** Why a record is never written; null where it may be. */
  readonly refuseRecord: (story: StoryRecord) => Refused | null;
  /** Why nothing is written to a story that was deleted; null where it was not. */
  readonly refuseBuried: (key: string) => Refused | null;
  /** Leaves nothing of a story that the index does not show. */
  readonly takeBack: (key: string) => Promise<void>;
}

type Put = Exclude<ReceivedStory, { kind: 'bury' }>;
type Parts = Pick<StoryStoreParts, 'index' | 'content'>;

/**
 * Writes what others made of these stories, each at most once: texts first, then all records with one sync, then the texts take
 * their places. Returns what became of each. A disk that fails rejects, and then nothing has changed; a kill leaves each story as it
 * was or as it is to be, and done again it does what was left.
 */
export async function receiveStories(
  parts: Parts,
  changes: readonly ReceivedStory[],
  { refuseRecord, refuseBuried, takeBack }: Checks,
): Promise<readonly WriteOutcome[]> {
  const outcomes = changes.map(({ kind, story }): WriteOutcome => {
    const refused = refuseRecord(story) ?? (kind === 'restore' || kind === 'bury' ? null : refuseBuried(story.key));
    return refused ?? { kind: 'written', story };
  });
  const sound = changes.filter((_, at) => outcomes[at]?.kind === 'written');
  await write(parts, sound, takeBack);
  return outcomes;
}

async function write(parts: Parts, changes: readonly ReceivedStory[], takeBack: Checks['takeBack']): Promise<void> {
  const { index, content } = parts;
  const puts = changes.filter((change) => change.kind !== 'bury');
  const before = await known(parts, puts);
  const fresh = puts.filter(({ story }) => !before.has(story.key));
  const renumbered = puts.filter(({ story }) => (before.get(story.key)?.number ?? story.number) !== story.number);
  const rewritten = puts.flatMap(({ story, body }) => {
    return body === null || !before.has(story.key) ? [] : [{ key: story.key, body, stamp: Date.parse(story.updatedAt) }];
  });
  await inBatches(fresh, async ({ story: { key } }) => {
    // What a kill left of it when it was received before.
    if (await content.has(key)) await content.remove(key);
  });
  await content.createAll(fresh.map(({ story: { key, number }, body }) => ({ key, number, body: body ?? '' })));
  await inBatches(renumbered, ({ story }) => content.renumber(story.key, story.number));
  const bodies = new Set(rewritten.map(({ key }) => key));
  try {
    await content.replaceBodies(rewritten, () => index.putAll(changes.flatMap((change) => records(change, bodies, index.tombstone(change.story.key)))));
  } catch (error) {
    for (const { story } of fresh) await takeBack(story.key);
    throw error;
  }
} // prettier-ignore

/** The stories that are here already, wherever they are kept, by key; deleted ones too, whose texts are here as well. */
async function known({ index }: Parts, puts: readonly Put[]): Promise<ReadonlyMap<string, StoryRecord>> {
  const keys = puts.map(({ story }) => story.key);
  const kept = await index.keptStories(keys);
  const here = keys.flatMap((key) => index.get(key) ?? index.tombstone(key)?.record ?? []);
  return new Map([...kept, ...here].map((story) => [story.key, story]));
}

/** `bodies`: keys of the stories whose text becomes another one. One that was buried before stays deleted since then, by whom it was. */
function records(
  { kind, story, entry }: ReceivedStory,
  bodies: ReadonlySet<string>,
  before?: Tombstone,
): IndexChange[] {
  const { at, by } = { at: entry.at, by: entry.by, ...before };
  const grave = { key: story.key, number: story.number, at, by, record: story };
  if (kind === 'bury') return [{ state: { buried: grave }, entry }];
  const record = bodies.has(story.key) ? { ...story, bodyAt: story.updatedAt } : story;
  const put = { state: { story: record }, entry };
  if (kind !== 'receiveBuried') return [put];
  return [
    put,
    { state: { buried: grave }, entry: { ...entry, event: 'Deleted', from: story.stage.name, to: 'Deleted' } },
  ];
}
