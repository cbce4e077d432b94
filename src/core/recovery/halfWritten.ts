import type { StoryRecord } from '../story/story';
import type { Grave } from './witnesses';

/** What the store holds under a key that the index does not list among its stories. */
export interface Remains {
  readonly key: string;
  /** The number beside its content, or in the search index; null where neither can be read. */
  readonly number: number | null;
  /** What it would be called: by its front matter, its heading or its first line. */
  readonly title: string;
  /** Of all that is kept of it. */
  readonly bytes: number;
  /** When it was last written, ISO 8601 in UTC; null where only the search index has it. */
  readonly changedAt: string | null;
  /** How the search index has it; null where it has not. */
  readonly row: StoryRecord | null;
}

/** `tombstoned`: its number or key belongs to a deleted story. `stale`: the index never had an entry for it. */
export const HALF_WRITTEN_CLASSES = ['tombstoned', 'stale'] as const;
export type HalfWrittenClass = (typeof HALF_WRITTEN_CLASSES)[number];

export type HalfWritten = Omit<Remains, 'row'> & { readonly class: HalfWrittenClass };

/** What the index says of keys. */
export interface KnownStories {
  readonly isStory: (key: string) => boolean;
  readonly graves: readonly Grave[];
  /** Whether a deleted story can still be restored: its text is kept for that, and is nobody's remains. */
  readonly isRestorable: (key: string) => boolean;
}

export interface Discovery {
  /** What a person can recover: tombstoned ones first, then by number and key. */
  readonly items: readonly HalfWritten[];
  /** Keys of what was recovered already and not cleared, because recovery was cut off. */
  readonly recovered: readonly string[];
}

/** Looks at nothing but these values, so the same store always gives the same answer. Null looks for every number. */
export function findHalfWritten(
  remains: readonly Remains[],
  known: KnownStories,
  numbers: ReadonlySet<number> | null,
): Discovery {
  const buriedKeys = new Set(known.graves.map((grave) => grave.key));
  const buriedNumbers = new Set(known.graves.map((grave) => grave.number));
  const left = remains.filter(({ key }) => !known.isStory(key) && !known.isRestorable(key));
  // What stands under the key of a recovery that was cut off is a copy of what is still there.
  const copies = new Set(left.map((one) => recoveredKey(one.key)));
  const items: HalfWritten[] = [];
  const recovered: string[] = [];
  for (const one of left) {
    if (copies.has(one.key)) continue;
    if (numbers !== null && (one.number === null || !numbers.has(one.number))) continue;
    const under = recoveredKey(one.key);
    if (known.isStory(under) || buriedKeys.has(under)) {
      recovered.push(one.key);
      continue;
    }
    const isTombstoned = buriedKeys.has(one.key) || (one.number !== null && buriedNumbers.has(one.number));
    const { key, number, title, bytes, changedAt } = one;
    items.push({ key, number, title, bytes, changedAt, class: isTombstoned ? 'tombstoned' : 'stale' });
  }
  return { items: items.sort(inOrder), recovered: recovered.sort() };
}

function inOrder(a: HalfWritten, b: HalfWritten): number {
  if (a.class !== b.class) return a.class === 'tombstoned' ? -1 : 1;
  const [numberA, numberB] = [a.number ?? Infinity, b.number ?? Infinity];
  if (numberA !== numberB) return numberA < numberB ? -1 : 1;
  return a.key < b.key ? -1 : 1;
}

/** Longest key whose recovered key is made by adding to it; keys have at most 64 characters. */
const LONGEST = 62;

/**
 * The key under which remains are recovered. It follows from theirs alone: a recovery that was cut off is seen in the index,
 * and is finished instead of done twice.
 */
export function recoveredKey(key: string): string {
  if (key.length <= LONGEST) return `${key}-r`;
  return `${key.slice(0, 40)}-${spread(key, 0x811c9dc5)}${spread(key, 0x9747b28c)}-r`;
}

/** 32 bits of a text in hexadecimal (FNV-1a from a given start). */
function spread(text: string, start: number): string {
  let bits = start;
  for (const character of text) bits = Math.imul(bits ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return bits.toString(16).padStart(8, '0');
}
