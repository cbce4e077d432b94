import assert from 'node:assert/strict';
import { tortureMerge } from '../../torture/merge/suite';

describe('windows under torture, with stories in flight', function () {
  // A busy machine is no failure; what hangs is told by the scene itself.
  this.timeout(1_200_000);

  for (const { seed, how } of [
    { seed: 2, how: 'train, merge' },
    { seed: 92, how: 'batch, rebase' },
    { seed: 42, how: 'one, squash' },
  ])
    it(`[MQ1, MQ3, MQ4, MQ9, MQ12, P5, ST1] ${how}, 3 kills: nothing acknowledged is lost, each story lands once and gated, the person’s files stay`, async () => {
      const scenes: string[] = [];
      const { kills, failures } = await tortureMerge({ kills: 3, seed }, (scene) => scenes.push(scene));
      assert.deepEqual(failures, []);
      assert.equal(kills, 3);
      assert.ok(scenes[0]?.startsWith(`seed ${seed}: ${how}, `), scenes.join());
    });
});
