import assert from 'node:assert/strict';
import fc from 'fast-check';
import { waitBefore } from '../../../../src/core/sharing/backoff';

describe('waiting before the next attempt', () => {
  it('[Y3] is never below one second nor above thirty, and grows with each failure', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), fc.double({ min: 0, max: 1, noNaN: true }), (failures, random) => {
        const wait = waitBefore(failures, random);
        assert.ok(wait >= 1000 && wait <= 30_000, `${wait} ms`);
        assert.ok(waitBefore(failures + 1, random) >= wait);
      }),
    );
    assert.deepEqual(
      [1, 2, 3, 4, 5, 6, 7].map((failures) => waitBefore(failures, 1)),
      [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000],
    );
  });

  it('[Y3] is not the same on two machines that lost one server in one moment', () => {
    const waits = new Set(Array.from({ length: 20 }, (_, machine) => waitBefore(6, machine / 20)));
    assert.equal(waits.size, 20);
  });
});
