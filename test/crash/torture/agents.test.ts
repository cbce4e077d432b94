import assert from 'node:assert/strict';
import { tortureAgents } from '../../torture/agents/suite';

describe('windows under torture, with agents at work', function () {
  // A busy machine is no failure. What hangs is told by the window itself.
  this.timeout(600_000);

  for (const [transport, kind] of [
    ['commandLine', 'of a command line'],
    ['acp', 'that are talked with'],
  ] as const)
    it(`[A8, P5] 6 kills while three agents ${kind} work: each begins once, says each line once, and its work lands once`, async () => {
      const { kills, failures } = await tortureAgents({ kills: 6, seed: 2, transport });
      assert.deepEqual(failures, []);
      assert.equal(kills, 6);
    });
});
