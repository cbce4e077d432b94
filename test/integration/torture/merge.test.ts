import assert from 'node:assert/strict';
import { tortureMerge } from '../../torture/merge/suite';

describe('windows under torture, with stories in flight', function () {
  // Five scenes: stories land one by one, as trains and as batches, merged, squashed and rebased. A busy machine is no
  // failure; what hangs is told by the scene itself.
  this.timeout(1_200_000);

  it('[MQ1, MQ3, MQ4, MQ9, MQ12, P5, ST1] 50 kills: nothing acknowledged is lost, each story lands once and gated, the person’s files stay', async () => {
    const { kills, failures } = await tortureMerge({ kills: 50, seed: 1 });
    assert.deepEqual(failures, []);
    assert.equal(kills, 50);
  });
});
