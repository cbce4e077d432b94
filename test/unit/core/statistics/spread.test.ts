import assert from 'node:assert/strict';
import fc from 'fast-check';
import { spreadOf } from '../../../../src/core/statistics/spread';

describe('spread', () => {
  it('[P3] a median of nothing is unknown, and each figure is one that was measured', () => {
    assert.equal(spreadOf([]), null);
    assert.deepEqual(spreadOf([7]), { count: 1, median: 7, p90: 7, longest: 7 });
    assert.deepEqual(spreadOf([4, 1, 3, 2]), { count: 4, median: 2, p90: 4, longest: 4 });
    assert.deepEqual(spreadOf(Array.from({ length: 100 }, (_, at) => 100 - at)), { count: 100, median: 50, p90: 90, longest: 100 }); // prettier-ignore
  });

  it('[P3] half are at most the median, and nine of ten at most the p90, of any values in any order', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1_000), { minLength: 1 }), (values) => {
        const spread = spreadOf(values)!;
        const share = (limit: number): number => values.filter((value) => value <= limit).length / values.length;
        assert.ok(values.includes(spread.median) && values.includes(spread.p90));
        assert.ok(share(spread.median) >= 0.5 && share(spread.p90) >= 0.9 && share(spread.longest) === 1);
        assert.ok(share(spread.median - 1) < 0.5 && share(spread.p90 - 1) < 0.9);
      }),
    );
  });
});
