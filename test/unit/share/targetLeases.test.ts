import assert from 'node:assert/strict';
import { GONE_AFTER_MS, OVERDUE_MS, type QueueLease } from '../../../src/core/sharing/queueLease';
import { TargetLeases } from '../../../src/share/targetLeases';
import { HandClock } from '../../support/handClock';

const noLog = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

describe('leases of targets', () => {
  it('[Y4] the lease of a machine that is gone is taken over as soon, whatever became of the clock meanwhile', () => {
    const clock = new HandClock();
    let lease: QueueLease = { machine: 'bob', name: 'Bob', epoch: 4 };
    let looked = 0;
    const leases = new TargetLeases({ clock, log: noLog, onChange: () => void (looked += 1) });
    const look = (): void => {
      leases.turn('main', { wants: true, atWork: false }, {
        me: { machine: 'ada', name: 'Ada' },
        isConnected: true,
        failures: 0,
        peers: [],
        lease: () => lease,
        held: () => [],
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

  it('[Y4, MQ26] who waits for long looks again by itself, and says since when for as long as it waits', () => {
    const clock = new HandClock();
    let looked = 0;
    const leases = new TargetLeases({ clock, log: noLog, onChange: () => void (looked += 1) });
    const turn = (wants: boolean, lease: QueueLease | null = { machine: 'eve', name: 'Eve', epoch: 1 }) =>
      leases.turn('main', { wants, atWork: false }, {
        me: { machine: 'ada', name: 'Ada' },
        isConnected: true,
        failures: 0,
        peers: [{ machine: 'eve', name: 'Eve', at: [], asks: [] }],
        lease: () => lease,
        held: () => [],
        write: () => undefined,
        ask: () => undefined,
      });
    const since = clock.now();
    turn(true);
    clock.pass(OVERDUE_MS - 1);
    assert.equal(turn(true)?.kind, 'theirs');
    clock.pass(1);
    assert.equal(looked, 1);
    assert.deepEqual(turn(true), { kind: 'overdue', name: 'Eve', since });
    assert.deepEqual(turn(true, null), { kind: 'overdue', name: null, since });
    assert.equal(turn(false)?.kind, 'theirs');
    assert.equal(turn(true)?.kind, 'theirs', 'it begins to wait anew');
    leases.dispose();
  });

  it('[Y4] who lands on another target from now on keeps nobody waiting on the one before', () => {
    const clock = new HandClock();
    let looked = 0;
    let asked: readonly string[] = [];
    const leases = new TargetLeases({ clock, log: noLog, onChange: () => void (looked += 1) });
    const known = new Map<string, QueueLease>([['next', { machine: 'eve', name: 'Eve', epoch: 1 }]]);
    const turn = (target: string) =>
      leases.turn(target, { wants: true, atWork: false }, {
        me: { machine: 'ada', name: 'Ada' },
        isConnected: true,
        failures: 0,
        peers: [{ machine: 'eve', name: 'Eve', at: [], asks: ['main', 'old'] }],
        lease: (of) => known.get(of) ?? null,
        held: () => [...known].flatMap(([of, { machine }]) => (machine === 'ada' ? [of] : [])),
        write: (of, lease) => void known.set(of, lease),
        ask: (targets) => void (asked = targets),
      })?.kind;
    turn('main');
    assert.equal(turn('main'), 'mine');
    assert.equal(turn('next'), 'theirs');
    assert.deepEqual(asked, ['next']);
    assert.deepEqual(known.get('main'), { machine: 'eve', name: 'Eve', epoch: 2 });
    clock.pass(OVERDUE_MS - 1);
    assert.equal(turn('main'), 'theirs');
    clock.pass(1);
    assert.equal(looked, 0, 'it waits for its turn on the other no more');
    assert.equal(turn('next'), 'theirs', 'and begins to anew');
    clock.pass(OVERDUE_MS);
    assert.deepEqual([looked, turn('next')], [1, 'overdue']);

    // The lease that a window before had.
    known.set('old', { machine: 'ada', name: 'Ada', epoch: 7 });
    turn('main');
    assert.equal(known.get('old')?.machine, 'eve');
    leases.dispose();
    clock.pass(2 * OVERDUE_MS);
    assert.equal(looked, 1);
  });
}); // prettier-ignore
