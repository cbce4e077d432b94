import assert from 'node:assert/strict';
import { Tally } from '../../torture/tally';
import { tortureStorage } from '../../torture/storage/suite';

describe('a store under torture, briefly', function () {
  this.timeout(300_000); // some hundred openings; a busy machine is no failure

  it('[P1, P2, P6, S7] nothing acknowledged is lost and nothing changes in silence: bits, blocks, cuts, files, kills, disks', async () => {
    const tally = new Tally();
    const size = { flips: 150, blocks: 10, cutStep: 2401, combined: 1, killStep: 47, disks: 1 };
    await tortureStorage(size, { seed: 1, tally });
    assert.deepEqual(tally.failures, [], tally.table());
    assert.ok(tally.tried > 200, `only ${tally.tried} were tried`);
  });
});
