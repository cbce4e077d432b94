import assert from 'node:assert/strict';
import fc from 'fast-check';
import { NUMBER_LIMIT } from '../../../../src/core/story/numbers';
import { numbersOf, type NumberClaim } from '../../../../src/core/sharing/numbering';

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
const claim = (key: string, number: number, minute = 0): NumberClaim => ({ key, number, createdAt: at(minute) });

/** Claims of several machines: numbers close together, so that many are the same. */
const claims = fc
  .uniqueArray(fc.record({ key: fc.stringMatching(/^[a-z0-9]{1,6}$/), number: fc.integer({ min: 1, max: 12 }), minute: fc.nat(5) }), {
    selector: ({ key }) => key,
    maxLength: 30,
  })
  .map((all) => all.map(({ key, number, minute }) => claim(key, number, minute))); // prettier-ignore

describe('numbers of stories from several machines', () => {
  it('[S9] the story that was made first keeps a number that two were made with, the other gets the next free one', () => {
    const numbers = numbersOf([claim('late', 57, 2), claim('early', 57, 1), claim('next', 58), claim('other', 3)]);
    assert.deepEqual(Object.fromEntries(numbers), { early: 57, late: 59, next: 58, other: 3 });
  });

  it('[S9] of two that were made in one moment the key decides', () => {
    assert.deepEqual(Object.fromEntries(numbersOf([claim('b', 57), claim('a', 57)])), { a: 57, b: 58 });
  });

  it('[S9] a story that was deleted for good keeps its number', () => {
    const gone: NumberClaim = { key: 'z', number: 57, createdAt: '' };
    assert.deepEqual(Object.fromEntries(numbersOf([claim('a', 57), gone])), { z: 57, a: 58 });
  });

  it('[S9] of two that were made with the last number one gets the first that is free', () => {
    const numbers = numbersOf([claim('a', 1), claim('first', NUMBER_LIMIT, 1), claim('second', NUMBER_LIMIT, 2)]);
    assert.deepEqual(Object.fromEntries(numbers), { a: 1, first: NUMBER_LIMIT, second: 2 });
  });

  it('[S9] every machine finds the same numbers, in whatever order the stories became known to it', () => {
    const shuffled = claims.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })));
    fc.assert(
      fc.property(shuffled, ([all, other]) => {
        const sorted = (map: ReadonlyMap<string, number>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
        assert.deepEqual(sorted(numbersOf(all)), sorted(numbersOf(other)));
      }),
      { numRuns: 2000 },
    );
  }); // prettier-ignore

  it('[S9] no story is lost, no number is used twice, and one of each number that was claimed keeps it', () => {
    fc.assert(
      fc.property(claims, (all) => {
        const numbers = numbersOf(all);
        assert.equal(numbers.size, all.length);
        assert.equal(new Set(numbers.values()).size, all.length);
        for (const number of new Set(all.map((one) => one.number))) {
          assert.equal(all.filter((one) => one.number === number && numbers.get(one.key) === number).length, 1);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('[S9] a new story with the next number changes nobody’s number', () => {
    fc.assert(
      fc.property(claims, (all) => {
        const before = numbersOf(all);
        const next = Math.max(0, ...before.values()) + 1;
        const after = numbersOf([...all, claim('new story', next, 9)]);
        for (const [key, number] of before) assert.equal(after.get(key), number);
      }),
      { numRuns: 1000 },
    );
  });
});
