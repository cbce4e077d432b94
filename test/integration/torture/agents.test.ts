import assert from 'node:assert/strict';
import { tortureAgents } from '../../torture/agents/suite';

describe('windows under torture, with agents at work', function () {
  // A busy machine is no failure. What hangs is told by the window itself.
  this.timeout(600_000);

  it('[A8, P5] 10 kills while three agents work: each begins once, says each line once, and its work lands once', async () => {
    const { kills, failures } = await tortureAgents({ kills: 10, seed: 1 });
    assert.deepEqual(failures, []);
    assert.equal(kills, 10);
  });
});
