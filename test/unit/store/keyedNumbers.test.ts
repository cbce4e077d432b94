import assert from 'node:assert/strict';
import fc from 'fast-check';
import { KeyedNumbers } from '../../../src/store/keyedNumbers';

describe('numbers by key', () => {
  it('[S5] whatever is set and deleted, a number is there for as long as any key has it', () => {
    const key = fc.constantFrom('a', 'b', 'c');
    const number = fc.integer({ min: 1, max: 4 });
    const step = fc.record({ key, number: fc.option(number) });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const [numbers, plain] = [new KeyedNumbers(), new Map<string, number>()];
        for (const { key, number } of steps) {
          if (number === null) [numbers.delete(key), plain.delete(key)];
          else [numbers.set(key, number), plain.set(key, number)];
        }
        assert.deepEqual([[...numbers.keys()], [...numbers.values()]], [[...plain.keys()], [...plain.values()]]);
        assert.equal(numbers.highest, Math.max(0, ...plain.values()));
        for (const one of [1, 2, 3, 4]) assert.equal(numbers.has(one), [...plain.values()].includes(one));
      }),
    );
  });
});
