import assert from 'node:assert/strict';
import fc from 'fast-check';
import { StoryHistory } from '../../../../src/store/index/storyHistory';
import { entryOf } from '../storeFixtures';

describe('story history', () => {
  it('[ST9] reading on with the last sequence as cursor meets every entry once, in order, at any page size', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b')), fc.integer({ min: 1, max: 7 }), (keys, limit) => {
        const history = new StoryHistory();
        keys.forEach((key, index) => history.add(entryOf(key, { sequence: index + 1 })));
        for (const key of [undefined, 'a', 'b']) {
          const met: number[] = [];
          for (let cursor = 0; ; cursor = met.at(-1)!) {
            const page = history.query({ cursor, limit, ...(key && { key }) });
            assert.ok(page.length <= limit);
            if (page.length === 0) break;
            met.push(...page.map((entry) => entry.sequence));
          }
          const expected = keys.flatMap((one, index) => (key === undefined || one === key ? [index + 1] : []));
          assert.deepEqual(met, expected);
        }
      }),
    );
  });

  it('[ST9] an entry whose sequence does not rise is numbered anew, so that no cursor skips it', () => {
    const history = new StoryHistory();
    for (const sequence of [5, 5, 2, 9]) history.add(entryOf('a', { sequence }));
    assert.deepEqual(
      history.query({ cursor: 0, limit: 10 }).map((entry) => entry.sequence),
      [5, 6, 7, 9],
    );
  });

  it('[ST9] a strange cursor or limit gives no error', () => {
    const history = new StoryHistory();
    history.add(entryOf('a', { sequence: 1 }));
    assert.deepEqual(history.query({ cursor: 0, limit: -1 }), []);
    assert.deepEqual(history.query({ cursor: 99, limit: 5 }), []);
    assert.deepEqual(history.query({ cursor: 0, limit: 5, key: '__proto__' }), []);
    assert.equal(history.query({ cursor: -3, limit: 5 }).length, 1);
  });
});
