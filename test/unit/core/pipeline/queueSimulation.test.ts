import assert from 'node:assert/strict';
import { choosePolicy } from '../../../../src/core/pipeline/choosePolicy';
import { LANDING_COSTS } from '../../../../src/core/pipeline/expectedWait';
import { measureQueue } from '../../../../src/core/pipeline/measureQueue';
import type { QueuePolicy } from '../../../../src/core/pipeline/policy';
import { allTruths, compareQueues } from '../../../simulation/queue/compareQueues';
import { meanWait } from '../../../simulation/queue/compare';
import { Machine } from '../../../simulation/queue/machine';
import { landBatch } from '../../../simulation/queue/landBatch';
import { landTrain } from '../../../simulation/queue/landTrain';
import { recordsOf } from '../../../simulation/queue/measuredQueue';
import { Scene, type Truth } from '../../../simulation/queue/scene';
import { Random } from '../../../torture/random';

/** So long that what a landing costs beside its gates counts for nothing. */
const LONG_MS = 1000 * (LANDING_COSTS.build + LANDING_COSTS.tree + LANDING_COSTS.land);

function truth(change: Partial<Truth> = {}): Truth {
  return { gateMs: LONG_MS, width: 1, redShare: 0.1, flakeShare: 0, pairShare: 0, ...change };
}

function inGates(policy: QueuePolicy, width: number): number {
  return meanWait(policy, truth({ width }), { stories: 8, queues: 400, seed: 3 }) / LONG_MS;
}

function assertNear(actual: number, expected: number, share: number): void {
  assert.ok(Math.abs(actual / expected - 1) <= share, `${actual.toFixed(2)} is not about ${expected}`);
}

describe('The simulated queue', () => {
  it('[MQ12] eight stories, one in ten red, wait as long as was worked out for each policy', () => {
    assertNear(inGates({ kind: 'one' }, 1), 4.5, 0.01);
    assertNear(inGates({ kind: 'train', size: 4 }, 1), 6.9, 0.06);
    assertNear(inGates({ kind: 'train', size: 4 }, 4), 1.8, 0.06);
    for (const width of [1, 4]) {
      const batch = inGates({ kind: 'batch', size: 4 }, width);
      assert.ok(batch <= 3.4 && batch > 2.5, `halving with what is known is no slower than 3.4: ${batch}`);
    }
  });

  it('[MQ12] the choice never makes the mean wait more than 5 % longer than one at a time, on any machine', () => {
    const { tooSlow, table } = compareQueues({ queues: 24, stories: [2, 3, 8], seed: 5, parallel: 4, batch: 4 });
    assert.deepEqual(tooSlow, []);
    assert.match(table, /batch of 4/);
    assert.match(table, /train of/);
    assert.match(table, /one at a time/);
  });

  it('[MQ12] with one in ten red on a machine that a gate fills, the mean wait is at most 0.8 of one at a time', () => {
    for (const gateMs of [20_000, 180_000, LONG_MS]) {
      const known = truth({ gateMs });
      const { policy } = choosePolicy({ ...known, runs: 50, wanted: 'auto', parallel: 4, batch: 4 });
      const size = { stories: 8, queues: 300, seed: 11 };
      const ratio = meanWait(policy, known, size) / meanWait({ kind: 'one' }, known, size);
      assert.ok(ratio <= 0.8, `${ratio} with gates of ${gateMs} ms`);
    }
  });

  it('[MQ12] the same holds where the machine is known by fifty runs alone, whose lengths vary', () => {
    const chance = new Random(17);
    for (const known of allTruths().filter(({ gateMs, flakeShare }) => gateMs === 20_000 && flakeShare < 0.2)) {
      const ratios = Array.from({ length: 6 }, () => {
        const { records, ends } = recordsOf(known, chance, { runs: 50, most: 4 });
        const { policy } = choosePolicy({ ...measureQueue(records, ends), wanted: 'auto', parallel: 4, batch: 4 });
        const size = { stories: 8, queues: 40, seed: chance.below(1000) };
        return meanWait(policy, known, size) / meanWait({ kind: 'one' }, known, size);
      });
      const mean = ratios.reduce((sum, one) => sum + one, 0) / ratios.length;
      assert.ok(mean <= 1.05, `${mean} for ${JSON.stringify(known)}`);
    }
  });

  it('[MQ12] no policy lands a story that makes the target red, alone or with one before it', () => {
    for (let seed = 0; seed < 60; seed += 1) {
      for (const land of [(scene: Scene) => landTrain(scene, 3), (scene: Scene) => landBatch(scene, 4)]) {
        const known = truth({ redShare: 0.2, pairShare: 0.2, flakeShare: 0.1, width: 2 });
        const scene = new Scene(new Machine(known.width), known, new Random(seed), 9);
        land(scene);
        assert.equal(scene.wronglyLanded(), 0, `seed ${seed}`);
      }
    }
  });
});
