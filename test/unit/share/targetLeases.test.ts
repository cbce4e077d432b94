import assert from 'node:assert/strict';
import { GONE_AFTER_MS, type QueueLease } from '../../../src/core/sharing/queueLease';
import { TargetLeases } from '../../../src/share/targetLeases';
import { HandClock } from '../../support/handClock';

describe('leases of targets', () => {
  it('[Y4] the lease of a machine that is gone is taken over as soon, whatever became of the clock meanwhile', () => {
    const clock = new HandClock();
    let lease: QueueLease = { machine: 'bob', name: 'Bob', epoch: 4 };
    let looked = 0;
    const leases = new TargetLeases({ clock, log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }, onChange: () => void (looked += 1) });
    const look = (): void => {
      leases.turn('main', { wants: true, atWork: false }, {
        me: { machine: 'ada', name: 'Ada' },
        isConnected: true,
        failures: 0,
        peers: [],
        lease: () => lease,
        write: (_, written) => void (lease = written),
        ask: () => undefined,
      });
    };
    clock.pass(10 * 3_600_000);
    look();
    assert.equal(lease.machine, 'bob', 'it may be a short cut of its connection');
    clock.pass(-9 * 3_600_000);
    look();
    assert.equal(lease.machine, 'bob');
    clock.pass(GONE_AFTER_MS);
    assert.ok(looked > 0, 'it looks again by itself');
    look();
    assert.deepEqual(lease, { machine: 'ada', name: 'Ada', epoch: 5 });
    leases.dispose();
  });
}); // prettier-ignore
