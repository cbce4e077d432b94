import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  GONE_AFTER_MS,
  leaseSchema,
  leaseStep,
  mayBeginLanding,
  type LeaseFacts,
  type QueueLease,
} from '../../../../src/core/sharing/queueLease';

const me = { machine: 'b', name: 'Bob' };
const lease = (machine: string, epoch = 1): QueueLease => ({ machine, name: machine.toUpperCase(), epoch });
const other = (machine: string, asks = false) => ({ machine, name: machine.toUpperCase(), asks });
const facts = (some: Partial<LeaseFacts>): LeaseFacts => ({
  me,
  lease: null,
  others: [],
  wants: false,
  atWork: false,
  hadTurn: false,
  goneMs: 0,
  ...some,
});

describe('the lease of a target', () => {
  it('[Y4] is claimed by whoever has something to land, and nothing begins before it is known who has it', () => {
    const { turn, write } = leaseStep(facts({ wants: true }));
    assert.deepEqual(write, { ...me, epoch: 1 });
    assert.equal(mayBeginLanding(turn), false);
    assert.equal(leaseStep(facts({})).write, null);
  });

  it('[Y4] stays with a holder that is there, and is taken over from one that has been gone, under the next epoch', () => {
    const held = { lease: lease('a', 4), wants: true };
    assert.equal(leaseStep(facts({ ...held, others: [other('a')], goneMs: GONE_AFTER_MS })).write, null);
    assert.equal(leaseStep(facts({ ...held, goneMs: GONE_AFTER_MS - 1 })).write, null);
    assert.equal(leaseStep(facts({ ...held, goneMs: GONE_AFTER_MS })).write?.epoch, 5);
  });

  it('[Y4] is handed on after one landing, and only once nothing is at work', () => {
    const asked = { lease: lease('b'), others: [other('a', true), other('c')], wants: true };
    assert.equal(leaseStep(facts(asked)).turn.kind, 'mine');
    assert.deepEqual(leaseStep(facts({ ...asked, hadTurn: true, atWork: true })).turn, { kind: 'giving', name: 'A' });
    assert.deepEqual(leaseStep(facts({ ...asked, hadTurn: true })).write, lease('a', 2));
    assert.deepEqual(leaseStep(facts({ ...asked, wants: false })).write, lease('a', 2));
  });

  it('[Y4] what makes no sense is no lease', () => {
    for (const bad of [null, 1, {}, { ...lease('a'), epoch: 0 }, { ...lease('a'), epoch: Number.MAX_SAFE_INTEGER }])
      assert.equal(leaseSchema.safeParse(bad).success, false);
  });

  it('[Y4] everyone who asks gets it, however many ask, and never two have it', () => {
    const names = ['a', 'b', 'c', 'd'];
    fc.assert(
      fc.property(fc.array(fc.nat(3), { minLength: 200, maxLength: 300 }), (order) => {
        let held = null as QueueLease | null;
        const landed = new Map<string, number>();
        for (const at of [...order, ...Array.from({ length: 40 }, (_, index) => index % 4)]) {
          const machine = names[at] ?? '';
          const mine: boolean = held?.machine === machine;
          const { turn, write } = leaseStep({
            ...facts({
              lease: held,
              wants: true,
              hadTurn: mine && landed.get(`${machine} ${held?.epoch}`) !== undefined,
            }),
            me: { machine, name: machine },
            others: names.filter((one) => one !== machine).map((one) => other(one, true)),
          });
          if (mayBeginLanding(turn)) landed.set(`${machine} ${held?.epoch}`, 1);
          if (mayBeginLanding(turn)) assert.equal(held?.machine, machine);
          held = write ?? held;
        }
        for (const name of names)
          assert.ok(
            [...landed.keys()].some((one) => one.startsWith(`${name} `)),
            name,
          );
      }),
    );
  });
});
