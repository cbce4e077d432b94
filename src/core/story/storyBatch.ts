import { cycleThrough } from './cycles';
import type { StoryType } from './stageNames';
import { say, tell, type Told } from '../words/said';

/** A story that others may be like, or depend on. */
export interface KnownStory {
  readonly key: string;
  readonly number: number;
  readonly title: string;
}

/** What a story of a batch depends on: another of the batch by its place in it, or one that is there. */
export type Need =
  | { readonly kind: 'item'; readonly place: number }
  | { readonly kind: 'story'; readonly key: string; readonly number: number };

/** Something about a batch that a person should read before it is made. `line` counts from 1. */
export interface BatchWarning extends Told {
  readonly line: number;
}

/** One of many stories to be made together. */
export interface BatchItem {
  /** Where it comes from: a file's name, or `line 3`. */
  readonly source: string;
  readonly title: string;
  readonly type: StoryType;
  readonly priority: number;
  readonly labels: readonly string[];
  readonly body: string;
  readonly needs: readonly Need[];
  readonly warnings: readonly BatchWarning[];
  /** What it seems to be there as already: `#12`, or the source of another item; null for a new one. */
  readonly like: string | null;
  /** Whether it is made unless the person says otherwise. */
  readonly wanted: boolean;
}

/** Finds what an item is like, by titles that differ in capitals and blanks alone. */
export function likenessOf(stories: readonly KnownStory[]): (title: string, source: string) => string | null {
  const seen = new Map(stories.map(({ title, number }) => [plainTitle(title), `#${number}`]));
  return (title, source) => {
    const plain = plainTitle(title);
    const known = seen.get(plain);
    if (known === undefined) seen.set(plain, source);
    return known ?? null;
  };
}

/** A title as it is compared with others. */
export function plainTitle(title: string): string {
  return title.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();
}

/**
 * The same items without dependencies that would go in a circle: of each circle the last one is left out, and its item
 * says so. Dependencies on stories that are there lead nowhere, because nothing there depends on what is yet to be made.
 */
export function withoutCycles(items: readonly BatchItem[], lineOf: (place: number) => number): readonly BatchItem[] {
  const nodes = items.map((_, place) => ({ key: String(place), number: place, dependsOn: [] as string[] }));
  const get = (key: string) => nodes[Number(key)];
  return items.map((item, place) => {
    const warnings = [...item.warnings];
    const needs = item.needs.filter((need) => {
      if (need.kind === 'story') return true;
      const node = nodes[place];
      const cycle = node === undefined ? null : cycleThrough({ ...node, dependsOn: [...node.dependsOn, String(need.place)] }, get); // prettier-ignore
      if (cycle === null) {
        node?.dependsOn.push(String(need.place));
        return true;
      }
      const names = cycle.map((one) => items[one]?.source ?? '').join(' → ');
      warnings.push({
        line: lineOf(place),
        ...tell(say('The dependencies go in a circle: {0}. The last one is left out.', names)),
      });
      return false;
    });
    return { ...item, needs, warnings };
  });
}

/** Places of the chosen items, each behind those that it needs. What is not chosen is not waited for. */
export function creationOrder(items: readonly BatchItem[], chosen: ReadonlySet<number>): readonly number[] {
  const order = new Set<number>();
  const begun = new Set<number>();
  for (const first of [...chosen].sort((a, b) => a - b)) {
    const path = [first];
    for (let place = path.at(-1); place !== undefined; place = path.at(-1)) {
      begun.add(place);
      const next = items[place]?.needs.find(
        (need) => need.kind === 'item' && chosen.has(need.place) && !begun.has(need.place),
      );
      if (next?.kind === 'item') path.push(next.place);
      else order.add(path.pop() ?? place);
    }
  }
  return [...order];
}
