import assert from 'node:assert/strict';
import { measureQueue, widthOf, type MeasuredGate } from '../../../../src/core/pipeline/measureQueue';
import { recordsOf } from '../../../simulation/queue/measuredQueue';
import { Random } from '../../../torture/random';

const TRUTH = { gateMs: 20_000, width: 2, redShare: 0.1, flakeShare: 0, pairShare: 0 };

function run(change: Partial<MeasuredGate>): MeasuredGate {
  return {
    at: '2026-01-01T00:00:00.000Z', of: 'candidate', commit: 'c1', tree: 't1', gate: 'test', definition: 'd', platform: 'p',
    verdict: 'passed', ms: 1000, beside: 0, ...change,
  }; // prettier-ignore
}

describe('What the queue is measured by', () => {
  for (const width of [1, 1.5, 2, 3, 4]) {
    it(`[MQ12] a machine that does ${width} gate runs side by side is known by how their time rises`, () => {
      const { records } = recordsOf({ ...TRUTH, width }, new Random(3), { runs: 50, most: 4 });
      const found = widthOf(records) ?? 0;
      assert.ok(Math.abs(found - width) <= 0.35, `${found} for ${width}`);
    });
  }

  it('[MQ12] no width is believed that was not seen, and none where runs were never side by side', () => {
    const wide = recordsOf({ ...TRUTH, width: 16 }, new Random(5), { runs: 50, most: 2 }).records;
    assert.ok((widthOf(wide) ?? 0) <= 2);
    assert.equal(widthOf(recordsOf(TRUTH, new Random(5), { runs: 50, most: 1 }).records), null);
    assert.equal(widthOf([]), null);
  });

  it('[MQ12] the length of all gates of a candidate is what they would take alone, and those side by side count once', () => {
    const records = [
      run({ gate: 'lint', ms: 4000 }),
      run({ gate: 'test', ms: 9000, at: '2026-01-01T00:00:04.000Z' }),
      run({ gate: 'docs', ms: 2000, at: '2026-01-01T00:00:05.000Z' }),
    ];
    assert.equal(measureQueue(records, ['landed']).gateMs, 13_000);
  });

  it('[MQ12, MQ13] one gate that ran ahead of any landing says nothing of how long all gates of one take', () => {
    const ahead = [1, 2, 3].map((at) => run({ of: 'ahead', commit: `a${at}`, tree: `a${at}`, gate: 'lint', ms: 50 }));
    assert.equal(measureQueue([...ahead, run({ ms: 8000 })], []).gateMs, 8000);
    assert.equal(measureQueue(ahead, []).gateMs, null);
  });

  it('[MQ12] a red set of gates, which ends early, does not count for its length where a green one is known', () => {
    const records = [run({ ms: 8000 }), run({ commit: 'c2', tree: 't2', verdict: 'failed', ms: 100 })];
    assert.equal(measureQueue(records, []).gateMs, 8000);
  });

  it('[MQ12] a red run of a tree that passed as well is a flake, and one that could not run says nothing', () => {
    const records = [
      run({}),
      run({ verdict: 'failed' }),
      run({ tree: 't2', commit: 'c2', verdict: 'failed' }),
      run({ tree: 't3', commit: 'c3' }),
      run({ tree: 't4', commit: 'c4', verdict: 'notFound' }),
    ];
    assert.equal(measureQueue(records, []).flakeShare, 0.25);
  });

  it('[MQ12] the share of red stories comes from how landings ended, and is never taken for sure', () => {
    const { redShare, runs } = measureQueue([], [...Array.from({ length: 45 }, () => 'landed' as const), ...Array.from({ length: 5 }, () => 'red' as const)]); // prettier-ignore
    assert.equal(runs, 50);
    assert.ok(redShare !== null && Math.abs(redShare - 0.1) < 0.02);
    const { redShare: few } = measureQueue([], ['landed']);
    assert.ok(few !== null && few > 0.1 && few < 0.5, 'one green landing proves little');
    assert.equal(measureQueue([], []).redShare, null);
  });
});
