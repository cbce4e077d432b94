import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SortedRecords } from '../../../../src/store/index/sortedRecords';
import { STAGES, storyIn } from '../../../support/storyFixtures';

const key = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
const step = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), key, number: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ kind: fc.constant('delete' as const), key, number: fc.constant(0) }),
);

describe('sorted records', () => {
  it('[S1] stories read in the order of their numbers, whatever was written and removed before', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), fc.boolean(), (steps, looks) => {
        const records = new SortedRecords();
        const plain = new Map<string, number>();
        for (const { kind, key: of, number } of steps) {
          if (kind === 'set') plain.set(of, number);
          else plain.delete(of);
          if (kind === 'set') records.set(storyIn(STAGES.Backlog, { key: of, number }));
          else records.delete(of);
          if (looks) records.list();
        }
        const expected = [...plain].sort(([a, m], [b, n]) => m - n || (a < b ? -1 : 1));
        assert.deepEqual(
          records.list().map((record) => [record.key, record.number]),
          expected,
        );
        for (const [of, number] of plain) {
          assert.equal(records.get(of)?.number, number);
          assert.equal(records.hasNumber(number, of), [...plain].some(([k, n]) => k !== of && n === number)); // prettier-ignore
        }
      }),
      { numRuns: 500 },
    );
  });

  it('[S1] a list that was handed out never changes', () => {
    const records = new SortedRecords();
    records.set(storyIn(STAGES.Backlog, { key: 'a', number: 1 }));
    const before = records.list();
    records.set(storyIn(STAGES.Backlog, { key: 'b', number: 2 }));
    records.set(storyIn(STAGES.Backlog, { key: 'a', number: 1, title: 'changed' }));
    records.delete('b');
    assert.deepEqual(before, [storyIn(STAGES.Backlog, { key: 'a', number: 1 })]);
    assert.equal(records.list()[0]?.title, 'changed');
    assert.equal(records.list(), records.list());
  });
});
