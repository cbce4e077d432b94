import assert from 'node:assert/strict';
import { choosePolicy, type QueueMeasures } from '../../../../src/core/pipeline/policy';

const UNKNOWN: QueueMeasures = { runs: 0, gateMs: null, width: null, redShare: null, flakeShare: null };

describe('Queue policy', () => {
  it('[MQ12] what a person set is in force, whatever was measured', () => {
    const chosen = (wanted: 'one' | 'train' | 'batch') =>
      choosePolicy({ ...UNKNOWN, wanted, parallel: 3, batch: 5 }).policy;
    assert.deepEqual(chosen('one'), { kind: 'one' });
    assert.deepEqual(chosen('train'), { kind: 'train', size: 3 });
    assert.deepEqual(chosen('batch'), { kind: 'batch', size: 5 });
  });

  it('[MQ12] one story at a time lands where nothing was measured yet', () => {
    const { policy, why } = choosePolicy({ ...UNKNOWN, wanted: 'auto', parallel: 4, batch: 4 });
    assert.deepEqual(policy, { kind: 'one' });
    assert.match(why, /measured/);
  });
});
