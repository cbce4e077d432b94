import assert from 'node:assert/strict';
import { expectError } from '../../support/mocha/unexpectedErrors';
import { tortureShare } from '../../torture/share/suite';
import { tortureTeam } from '../../torture/share/team';

describe('machines that share, under torture', function () {
  this.timeout(600_000); // a busy machine is no failure

  it('[Y1, Y3, S9, P2] 100 operations on three machines with cuts, restarts and shortened records: all show the same, none is lost', async () => {
    const { failures, made, operations } = await tortureShare({ operations: 100, seed: 3 });
    assert.deepEqual(failures, []);
    assert.equal(operations, 100);
    assert.ok(made > 10, `only ${made} stories were made`);
  });

  it('[Y1, Y3, Y4, S9] 200 operations on three engines, clones and a remote, with cuts, delays and takeovers: all show the same, each landed once and nothing that was committed is lost', async () => {
    expectError(/cannot be reached; it is tried again/); // where a cut lasts for long
    const { failures, landed, made, operations, takenOver } = await tortureTeam({
      operations: 200,
      seed: 11,
      gitIn: 15,
      between: 200,
    });
    assert.deepEqual(failures, []);
    assert.equal(operations, 200);
    assert.ok(landed > 0 && made > 3, `only ${landed} of ${made} landed`);
    assert.ok(takenOver > 0, 'none was taken over');
  });
});
