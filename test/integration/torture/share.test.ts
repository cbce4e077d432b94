import assert from 'node:assert/strict';
import { tortureShare } from '../../torture/share/suite';
import { tortureTeam } from '../../torture/share/team';

describe('machines that share, under torture', function () {
  this.timeout(600_000); // a busy machine is no failure

  it('[Y1, Y3, S9, P2] 150 operations on three machines with cuts, restarts and shortened records: all show the same, none is lost', async () => {
    const { failures, made, operations } = await tortureShare({ operations: 150, seed: 3 });
    assert.deepEqual(failures, []);
    assert.equal(operations, 150);
    assert.ok(made > 15, `only ${made} stories were made`);
  });

  it('[Y1, Y3, Y4, S9] 24 operations on three engines, clones and a remote, with cuts and delays: all show the same, each landed once', async () => {
    const { failures, landed, operations } = await tortureTeam({ operations: 24, seed: 2, between: 24 });
    assert.deepEqual(failures, []);
    assert.equal(operations, 24);
    assert.ok(landed > 1, `only ${landed} landed`);
  });
});
