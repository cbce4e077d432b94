import { inLandingOrder } from '../pipeline/queueOrder';
import type { PredictedConflict } from '../landing/radar';
import type { Dependencies } from '../story/dependencies';
import type { StoryRecord } from '../story/story';

/**
 * The order in which stories are shown: Merge in landing order, Done newest first, the rest by priority and number. What
 * was sorted for the stories before is sorted further, because few of them change.
 */
export class ShownOrder {
  #stories: readonly StoryRecord[] = [];
  /** Places in `#stories`, in the order in which they are shown; those in Merge are in no order of their own. */
  #order: number[] = [];

  /** `now` in ms since 1970: age raises priority in the queue. */
  of(
    stories: readonly StoryRecord[],
    now: number,
    dependencies: Dependencies,
    conflicts: readonly PredictedConflict[] = [],
  ): { readonly shown: StoryRecord[]; readonly queue: StoryRecord[] } {
    const change = changeBetween(this.#stories, stories);
    if (change === 'others') this.#order = stories.map((_, place) => place);
    if (change !== 'none') this.#order.sort((a, b) => compare(stories[a], stories[b]));
    this.#stories = stories;
    const inOrder = this.#order.flatMap((place) => stories[place] ?? []);
    const first = inOrder.findIndex((story) => sectionOf(story) === 'merge');
    const queue = first < 0 ? [] : inLandingOrder(inOrder.filter((story) => sectionOf(story) === 'merge'), now, dependencies, conflicts); // prettier-ignore
    inOrder.splice(first, queue.length, ...queue);
    return { shown: inOrder, queue };
  }
}

/** `none`: every story stands where it stood. `places`: the same stories, of which some stand elsewhere. */
function changeBetween(before: readonly StoryRecord[], after: readonly StoryRecord[]): 'none' | 'places' | 'others' {
  if (before.length !== after.length) return 'others';
  let change: 'none' | 'places' = 'none';
  for (const [place, story] of after.entries()) {
    const known = before[place];
    if (known === story) continue;
    if (known?.key !== story.key) return 'others';
    if (compare(known, story) !== 0) change = 'places';
  }
  return change;
}

const SECTIONS = ['others', 'merge', 'done'] as const;
type Section = (typeof SECTIONS)[number];

function sectionOf({ stage: { name } }: StoryRecord): Section {
  return name === 'Merge' ? 'merge' : name === 'Done' || name === 'Archived' ? 'done' : 'others';
}

function compare(a: StoryRecord | undefined, b: StoryRecord | undefined): number {
  if (a === undefined || b === undefined) return 0;
  const section = sectionOf(a);
  const other = sectionOf(b);
  if (section !== other) return SECTIONS.indexOf(section) - SECTIONS.indexOf(other);
  switch (section) {
    case 'merge':
      return 0;
    case 'done':
      return a.stageAt === b.stageAt ? b.number - a.number : a.stageAt < b.stageAt ? 1 : -1;
    case 'others':
      return a.priority - b.priority || a.number - b.number;
  }
}
