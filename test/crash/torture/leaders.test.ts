import assert from 'node:assert/strict';
import { tortureLeaders } from '../../torture/leaders/suite';

// On Windows processes cannot be stopped there.
if (process.platform !== 'win32')
  describe('leaders under torture', function () {
    this.timeout(1_800_000); // a busy machine is no failure

    it('[P5, MQ3, MQ12] three windows, whose leader is killed, stopped and continued while 12 stories land: each lands once', async () => {
      const { failures, landed, takeovers } = await tortureLeaders({ windows: 3, landings: 12, strikes: 4, seed: 1 });
      console.log(`      another leads after ${takeovers.map((ms) => `${Math.round(ms)} ms`).join(', ')}`);
      assert.deepEqual(failures, []);
      assert.equal(landed, 12);
      assert.equal(takeovers.length, 3);
    });
  });
