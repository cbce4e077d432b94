import assert from 'node:assert/strict';
import fc from 'fast-check';
import { choosePolicy } from '../../../../src/core/pipeline/choosePolicy';
import { expectedWaits } from '../../../../src/core/pipeline/expectedWait';
import { sizeOf, type QueueMeasures, type QueuePolicy } from '../../../../src/core/pipeline/policy';
import { inEnglish } from '../../../../src/core/words/said';
import { sayPolicy } from '../../../../src/core/pipeline/policyWords';

const UNKNOWN: QueueMeasures = { runs: 0, gateMs: null, width: null, redShare: null, flakeShare: null };
const MEASURED: QueueMeasures = { runs: 50, gateMs: 180_000, width: 1, redShare: 0.1, flakeShare: 0 };
const AUTO = { wanted: 'auto', parallel: 4, batch: 4 } as const;

describe('Queue policy', () => {
  it('[MQ12] what a person set is in force, whatever was measured', () => {
    const chosen = (wanted: 'one' | 'train' | 'batch') =>
      choosePolicy({ ...MEASURED, wanted, parallel: 3, batch: 5 }).policy;
    assert.deepEqual(chosen('one'), { kind: 'one' });
    assert.deepEqual(chosen('train'), { kind: 'train', size: 3 });
    assert.deepEqual(chosen('batch'), { kind: 'batch', size: 5 });
  });

  it('[MQ12] one story at a time lands where too little was measured, and it says how much is missing', () => {
    for (const known of [UNKNOWN, { ...MEASURED, runs: 2 }]) {
      const { policy, why } = choosePolicy({ ...known, ...AUTO });
      assert.deepEqual(policy, { kind: 'one' });
      assert.match(inEnglish([why]), new RegExp(`^too little is measured yet: ${known.runs} of 5 landings$`));
    }
  });

  it('[MQ12] a machine that one gate run fills gets a batch, and says that a train would make everybody wait longer', () => {
    const choice = choosePolicy({ ...MEASURED, redShare: 0.05, ...AUTO, cores: 2 });
    assert.equal(inEnglish([sayPolicy(choice, 4)]), 'batch of 4: one gate run, ~3 min');
    assert.match(inEnglish([choice.why]), /^gates use both cores: a train would make everybody wait longer;/);
  });

  it('[MQ12] a machine of which nothing was seen side by side is taken for one that a gate run fills', () => {
    const unseen = choosePolicy({ ...MEASURED, width: null, ...AUTO });
    assert.deepEqual({ ...unseen, width: 1 }, choosePolicy({ ...MEASURED, width: 1, ...AUTO }));
  });

  it('[MQ12] a wide machine gets a train, and one whose stories are often red on a narrow machine lands them one by one', () => {
    const train = choosePolicy({ ...MEASURED, ...AUTO, width: 4 });
    assert.equal(inEnglish([sayPolicy(train, 4)]), 'train of 4: 4 gate runs side by side, ~3 min');
    assert.match(inEnglish([train.why]), /^4 gate runs side by side take no longer than one/);
    const one = choosePolicy({ ...MEASURED, ...AUTO, redShare: 0.5 });
    assert.equal(inEnglish([sayPolicy(one)]), 'one at a time: ~3 min of gates each');
    assert.match(inEnglish([one.why]), /about 5 of 10 stories are red: a batch would be taken apart again too often$/);
  });

  it('[MQ12] it never makes the mean wait longer than one at a time, for any measures, bounds and lengths of the queue', () => {
    fc.assert(
      fc.property(measures, bounds, fc.integer({ min: 1, max: 16 }), (known, { parallel, batch }, stories) => {
        const { policy } = choosePolicy({ ...known, wanted: 'auto', parallel, batch });
        assert.ok(sizeOf(policy) <= Math.max(1, policy.kind === 'train' ? parallel : batch));
        const queue = {
          gateMs: known.gateMs,
          width: known.width,
          redShare: known.redShare,
          flakeShare: known.flakeShare,
        };
        const one = expectedWaits({ kind: 'one' }, stories, queue)[stories] ?? 0;
        assert.ok((expectedWaits(policy, stories, queue)[stories] ?? Infinity) <= one * 1.01, JSON.stringify(policy));
      }),
      { numRuns: 150 },
    );
  });

  it('[MQ12] small changes of what was measured do not make it change to and fro', () => {
    let before: QueuePolicy | null = null;
    const seen = new Set<string>();
    for (let at = 0; at < 40; at += 1) {
      const wobble = at % 2 === 0 ? 1.06 : 0.94;
      const known = { ...MEASURED, redShare: 0.16 * wobble, width: 1.6 / wobble };
      before = choosePolicy({ ...known, ...AUTO, before }).policy;
      seen.add(JSON.stringify(before));
    }
    assert.equal(seen.size, 1);
  });

  it('[MQ12] a policy that has become slower than one at a time is left at once', () => {
    const before: QueuePolicy = { kind: 'train', size: 4 };
    assert.notDeepEqual(choosePolicy({ ...MEASURED, ...AUTO, width: 1, before }).policy, before);
  });
});

const measures = fc.record({
  runs: fc.constant(50),
  gateMs: fc.integer({ min: 100, max: 3_600_000 }),
  width: fc.double({ min: 1, max: 16, noNaN: true }),
  redShare: fc.double({ min: 0, max: 1, noNaN: true }),
  flakeShare: fc.double({ min: 0, max: 0.6, noNaN: true }),
});

const bounds = fc.record({ parallel: fc.integer({ min: 0, max: 6 }), batch: fc.integer({ min: 0, max: 8 }) });
