import type { StoryType } from './stageNames';

/** What the front matter of a story says. Other stories are named by their numbers, as people know them. */
export interface StoryFields {
  readonly title: string;
  readonly type: StoryType;
  /** From 0 (first) to 3 (last). */
  readonly priority: number;
  readonly labels: readonly string[];
  readonly dependsOn: readonly number[];
}
export type FieldName = keyof StoryFields;
export const FIELD_NAMES = ['title', 'type', 'priority', 'labels', 'dependsOn'] as const satisfies readonly FieldName[];

/** What a story has where nobody said otherwise; its title is for whoever makes it to find. */
export const DEFAULT_FIELDS: Omit<StoryFields, 'title'> = { type: 'story', priority: 2, labels: [], dependsOn: [] };

/** Whether a field says the same in both. */
export function isSameField(name: FieldName, a: Partial<StoryFields>, b: Partial<StoryFields>): boolean {
  return JSON.stringify(a[name]) === JSON.stringify(b[name]);
}

/**
 * Brings together what two made of `base`, field by field: what only one changed is changed, of a list what either added
 * or took away, and of anything else that both changed `mine` counts. A field that `mine` does not say stays.
 */
export function mergeFields(base: Partial<StoryFields>, mine: Partial<StoryFields>, theirs: StoryFields): StoryFields {
  const one = <N extends 'title' | 'type' | 'priority'>(name: N): StoryFields[N] => {
    const said = mine[name] as StoryFields[N] | undefined;
    return said === undefined || isSameField(name, base, mine) ? theirs[name] : said;
  };
  return {
    title: one('title'),
    type: one('type'),
    priority: one('priority'),
    labels: mergeList(base.labels, mine.labels, theirs.labels),
    dependsOn: mergeList(base.dependsOn, mine.dependsOn, theirs.dependsOn),
  };
}

function mergeList<T>(
  base: readonly T[] | undefined,
  mine: readonly T[] | undefined,
  theirs: readonly T[],
): readonly T[] {
  if (mine === undefined) return theirs;
  const before = base ?? theirs;
  // Also the order is somebody's, where the other one left the list alone.
  if (JSON.stringify(before) === JSON.stringify(theirs)) return mine;
  const kept = theirs.filter((item) => mine.includes(item) || !before.includes(item));
  return [...kept, ...mine.filter((item) => !before.includes(item) && !kept.includes(item))];
}
