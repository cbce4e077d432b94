import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fewestConflicts, type OrderedStory } from '../../../../src/core/landing/landingOrder';

const story = (key: string, rank = 2, dependsOn: readonly string[] = []): OrderedStory => ({ key, rank, dependsOn });

describe('the order with the fewest conflicts', () => {
  it('[MQ13] lets two stories land instead of the one that conflicts with both', () => {
    const found = fewestConflicts([story('a'), story('b'), story('c')], [['a', 'b'], ['a', 'c']]); // prettier-ignore
    assert.deepEqual(found, { order: ['b', 'c', 'a'], lands: ['b', 'c'], landsAsGiven: ['a'], proof: 'best' });
  });

  it('[MQ13] is the order of arrival where nothing conflicts', () => {
    const keys = ['c', 'a', 'b'];
    assert.deepEqual(fewestConflicts(keys.map((key) => story(key)), []).order, keys); // prettier-ignore
  });

  it('[MQ13] never puts a story before one of a higher priority, nor before what it depends on', () => {
    const urgent = fewestConflicts([story('a', 0), story('b'), story('c')], [['a', 'b'], ['a', 'c']]); // prettier-ignore
    assert.deepEqual(urgent.order, ['a', 'b', 'c']);
    const chain = fewestConflicts([story('a'), story('b', 2, ['a']), story('c')], [['a', 'c']]);
    assert.deepEqual(chain.order, ['a', 'b', 'c']);
    assert.deepEqual(chain.lands, ['a', 'b']);
  });

  it('[MQ13] counts no story that conflicts with the target already, nor what waits for it', () => {
    const found = fewestConflicts([story('a'), story('b', 2, ['a']), story('c')], [['a', 'c']], new Set(['a']));
    assert.deepEqual(found.lands, ['c']);
    const [a, b, c, d] = [story('a'), story('b', 2, ['a']), story('c'), story('d')];
    const inTheWay = fewestConflicts([a, b, c, d], [['b', 'd'], ['b', 'c'], ['c', 'd']], new Set(['a'])); // prettier-ignore
    assert.deepEqual([inTheWay.lands, inTheWay.order[0]], [['c'], 'c']);
  });

  it('[MQ13] comes to an end where stories depend on each other in a circle', () => {
    const found = fewestConflicts([story('a', 2, ['b']), story('b', 1, ['a']), story('c')], [['a', 'c']]);
    assert.deepEqual([...found.order].sort(), ['a', 'b', 'c']);
    assert.deepEqual(found.lands, ['c']);
  });

  it('[MQ13] is as good as the best of all orders', () => {
    fc.assert(
      fc.property(arbitraryTrain, ({ stories, conflicts, stuck }) => {
        const found = fewestConflicts(stories, conflicts, stuck);
        assert.equal(found.proof, 'best');
        assert.deepEqual([...found.order].sort(), stories.map(({ key }) => key).sort());
        assert.deepEqual(landIn(found.order, stories, conflicts, stuck), found.lands);
        assert.deepEqual(countsOf(found.lands, stories), bestCounts(stories, conflicts, stuck));
      }),
      { numRuns: 300, examples: [[stuckBefore]] },
    );
  });

  it('[MQ13] of two hundred stories is found in a bounded number of steps and never worse than that of arrival', () => {
    const keys = Array.from({ length: 200 }, (_, at) => `s${at}`);
    const conflicts = keys.flatMap((key, at) =>
      keys
        .slice(at + 1)
        .flatMap((other, step): [string, string][] => ((at * 7 + step * 13) % 11 < 3 ? [[key, other]] : [])),
    );
    const found = fewestConflicts(keys.map((key) => story(key)), conflicts); // prettier-ignore
    assert.ok(found.lands.length >= found.landsAsGiven.length, `${found.lands.length}`);
    assert.equal(new Set(found.order).size, 200);
  });
});

/** What needs a stuck one must not take the place of what conflicts with it. */
const stuckBefore: Train = {
  stories: [story('s0', 1), story('s1', 0), story('s2', 0, ['s1']), story('s3', 2), story('s4', 1)],
  conflicts: [['s0', 's2'], ['s4', 's3'], ['s4', 's0']], // prettier-ignore
  stuck: new Set(['s1']),
};

interface Train {
  readonly stories: readonly OrderedStory[];
  readonly conflicts: readonly (readonly [string, string])[];
  readonly stuck: ReadonlySet<string>;
}

/** Up to six stories, each of which depends on earlier ones alone. */
const arbitraryTrain: fc.Arbitrary<Train> = fc.integer({ min: 1, max: 6 }).chain((size) => {
  const places = fc.nat({ max: size - 1 });
  const pairs = fc.array(fc.tuple(places, places), { maxLength: 8 });
  return fc
    .record({
      ranks: fc.array(fc.integer({ min: -1, max: 2 }), { minLength: size, maxLength: size }),
      needs: fc.array(fc.tuple(places, places), { maxLength: 3 }),
      pairs,
      stuck: fc.array(places, { maxLength: 1 }),
      turned: fc.boolean(),
    })
    .map(({ ranks, needs, pairs: conflicting, stuck, turned }) => {
      const stories = ranks.map(
        (rank, at) =>
        story(`s${at}`, rank, needs.filter(([one, other]) => one === at && other < at).map(([, other]) => `s${other}`)), // prettier-ignore
      );
      return {
        stories: turned ? stories.toReversed() : stories,
        conflicts: conflicting.map(([one, other]) => [`s${one}`, `s${other}`] as const),
        stuck: new Set(stuck.map((at) => `s${at}`)),
      };
    });
});

function landIn(
  order: readonly string[],
  stories: readonly OrderedStory[],
  conflicts: readonly (readonly [string, string])[],
  stuck: ReadonlySet<string>,
): string[] {
  const landed: string[] = [];
  for (const key of order) {
    const needs = stories.find((one) => one.key === key)?.dependsOn ?? [];
    const meets = ([a, b]: readonly [string, string]): boolean =>
      a !== b && ((a === key && landed.includes(b)) || (b === key && landed.includes(a)));
    if (!stuck.has(key) && needs.every((one) => landed.includes(one)) && !conflicts.some(meets)) landed.push(key);
  }
  return landed;
}

function rankOf(key: string, stories: readonly OrderedStory[]): number {
  const one = stories.find((other) => other.key === key);
  return Math.max(one?.rank ?? 0, ...(one?.dependsOn ?? []).map((before) => rankOf(before, stories)));
}

/** How many land, by rank. */
function countsOf(lands: readonly string[], stories: readonly OrderedStory[]): number[] {
  return [-1, 0, 1, 2].map((rank) => lands.filter((key) => rankOf(key, stories) === rank).length);
}

/** Of all orders that keep the ranks and what stories depend on. */
function bestCounts(
  stories: readonly OrderedStory[],
  conflicts: readonly (readonly [string, string])[],
  stuck: ReadonlySet<string>,
): number[] {
  let best: number[] = [0, 0, 0, 0];
  const go = (order: readonly string[]): void => {
    if (order.length === stories.length) {
      const counts = countsOf(landIn(order, stories, conflicts, stuck), stories);
      const differs = counts.findIndex((one, rank) => one !== best[rank]);
      if (differs >= 0 && (counts[differs] ?? 0) > (best[differs] ?? 0)) best = counts;
      return;
    }
    const left = stories.filter(({ key, dependsOn }) => !order.includes(key) && dependsOn.every((one) => order.includes(one))); // prettier-ignore
    const first = Math.min(...stories.flatMap(({ key }) => (order.includes(key) ? [] : [rankOf(key, stories)])));
    for (const { key } of left) if (rankOf(key, stories) === first) go([...order, key]);
  };
  go([]);
  return best;
}
