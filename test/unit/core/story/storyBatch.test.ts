import assert from 'node:assert/strict';
import fc from 'fast-check';
import { creationOrder, withoutCycles, type BatchItem } from '../../../../src/core/story/storyBatch';

const item = (source: string, needs: readonly number[] = []): BatchItem => ({
  source,
  title: source,
  type: 'story',
  priority: 2,
  labels: [],
  body: '',
  needs: needs.map((place) => ({ kind: 'item', place })),
  warnings: [],
  like: null,
  wanted: true,
});
const all = (items: readonly BatchItem[]) => new Set(items.keys());

describe('many stories made together', () => {
  it('[S2, S10] each is made behind what it depends on, and what is not chosen is not waited for', () => {
    const items = [item('a', [2]), item('b'), item('c', [1])];
    assert.deepEqual(creationOrder(items, all(items)), [1, 2, 0]);
    assert.deepEqual(creationOrder(items, new Set([0, 1])), [0, 1]);
  });

  it('[S2, S10] a circle among them is told with its names, and cut in one place', () => {
    const items = withoutCycles([item('a.md', [1]), item('b.md', [2]), item('c.md', [0])], () => 4);
    assert.deepEqual(
      items.map(({ needs }) => needs.length),
      [1, 1, 0],
    );
    assert.deepEqual(
      items[2]?.warnings.map(({ line, message }) => ({ line, message })),
      [{ line: 4, message: 'The dependencies go in a circle: c.md → a.md → b.md → c.md. The last one is left out.' }],
    );
  });

  it('[S2, S10] whatever they say of each other, all are made once and none before what it keeps depending on', () => {
    const needs = fc.array(fc.array(fc.nat(9), { maxLength: 4 }), { minLength: 10, maxLength: 10 });
    fc.assert(
      fc.property(needs, (edges) => {
        const items = withoutCycles(
          edges.map((places, index) => item(`${index}`, places)),
          () => 1,
        );
        const order = creationOrder(items, all(items));
        assert.deepEqual(
          [...order].sort((a, b) => a - b),
          [...items.keys()],
        );
        for (const [place, { needs: kept }] of items.entries()) {
          for (const need of kept)
            if (need.kind === 'item') assert.ok(order.indexOf(need.place) < order.indexOf(place));
        }
      }),
    );
  });
});
