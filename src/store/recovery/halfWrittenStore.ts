import { findHalfWritten, type Discovery, type KnownStories, type Remains } from '../../core/recovery/halfWritten';
import type { StoryRecord } from '../../core/story/story';
import type { HalfWrittenStore } from '../../ports/store';
import type { ContentRemains } from '../content/contentRemains';

interface RemainsParts {
  readonly content: {
    orphans(isKnown: (key: string) => boolean): Promise<{ key: string; number: number | null }[]>;
    remainsOf(key: string): Promise<ContentRemains | null>;
    remove(key: string): Promise<void>;
    moveRest(key: string, to: string): Promise<void>;
  };
  readonly shadow: {
    /** Rows of stories that are in no index. */
    strays(isKnown: (key: string) => boolean): Promise<readonly StoryRecord[]>;
    forget(key: string): void;
  };
  readonly known: () => Promise<KnownStories>;
}

/** How many folders are looked at side by side. */
const AT_ONCE = 64;

/** Content and search index against the list of stories: what is there and nowhere listed. */
export function halfWrittenStore({ content, shadow, known }: RemainsParts): HalfWrittenStore {
  const gather = async ({ isStory }: KnownStories): Promise<Remains[]> => {
    const rows = new Map((await shadow.strays(isStory)).map((row) => [row.key, row]));
    const orphans = await content.orphans(isStory);
    const { readRecovered } = await import('../../core/recovery/recoveredStory');
    const remains: Remains[] = [];
    for (let start = 0; start < orphans.length; start += AT_ONCE) {
      const batch = orphans.slice(start, start + AT_ONCE);
      const looked = await Promise.all(batch.map(async (one) => ({ one, found: await content.remainsOf(one.key) })));
      for (const { one, found } of looked) {
        const row = rows.get(one.key) ?? null;
        rows.delete(one.key);
        if (found === null && row === null) continue;
        const number = one.number ?? row?.number ?? null;
        remains.push({
          key: one.key,
          number,
          title: readRecovered(found?.text ?? '', row, number).title,
          bytes: found?.bytes ?? 0,
          changedAt: found === null ? null : new Date(found.changedAt).toISOString(),
          row,
        });
      }
    }
    for (const row of rows.values()) {
      remains.push({ key: row.key, number: row.number, title: row.title, bytes: 0, changedAt: null, row });
    }
    return remains;
  };
  return {
    async find(numbers): Promise<Discovery> {
      const now = await known();
      return findHalfWritten(await gather(now), now, numbers === null ? null : new Set(numbers));
    },
    async read(key) {
      const now = await known();
      if (now.isStory(key) || now.isRestorable(key)) return null;
      const found = await content.remainsOf(key);
      const row = (await shadow.strays(now.isStory)).find((one) => one.key === key) ?? null;
      return found === null && row === null ? null : { text: found?.text ?? null, row };
    },
    async clearCopy(key) {
      const { isStory, graves } = await known();
      if (isStory(key) || graves.some((grave) => grave.key === key)) return;
      await content.remove(key);
    },
    async clear(key, to) {
      await content.moveRest(key, to);
      await content.remove(key);
      shadow.forget(key);
    },
  };
}
