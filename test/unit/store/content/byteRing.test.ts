import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ByteRing } from '../../../../src/store/content/byteRing';

describe('byte ring', () => {
  it('[MQ10] keeps exactly the last bytes of a stream, however it is chopped', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 40 })),
        fc.integer({ min: 1, max: 64 }),
        fc.nat(80),
        (chunks, capacity, count) => {
          const ring = new ByteRing(capacity);
          for (const chunk of chunks) ring.push(Buffer.from(chunk));
          const all = Buffer.concat(chunks);
          assert.equal(ring.length, Math.min(all.length, capacity));
          assert.deepEqual(ring.last(count), Buffer.from(all.subarray(Math.max(0, all.length - Math.min(count, capacity))))); // prettier-ignore
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
