import assert from 'node:assert/strict';
import fc from 'fast-check';
import { frameRecord, LOG_HEADER, readLog } from '../../../../src/store/log/recordFormat';

const data = fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 8 });

function logOf(records: readonly Uint8Array[]): Buffer {
  return Buffer.concat([LOG_HEADER, ...records.map(frameRecord)]);
}

function hex(records: readonly Uint8Array[]): string[] {
  return records.map((record) => Buffer.from(record).toString('hex'));
}

/** How many records are whole in the first `length` bytes. */
function wholeIn(records: readonly Uint8Array[], length: number): number {
  let end = LOG_HEADER.length;
  const ends = records.map((record) => (end += frameRecord(record).length));
  return ends.filter((one) => one <= length).length;
}

describe('record format', () => {
  it('[P1] a log reads as exactly the records that were written', () => {
    fc.assert(
      fc.property(data, (records) => {
        const reading = readLog(logOf(records));
        assert.deepEqual(hex(reading.records), hex(records));
        assert.equal(reading.end.length, logOf(records).length);
      }),
    );
  });

  it('[P1] a log cut at any byte reads as exactly the records that were whole', () => {
    fc.assert(
      fc.property(data, (records) => {
        const log = logOf(records);
        for (let length = 0; length <= log.length; length++) {
          const reading = readLog(log.subarray(0, length));
          assert.deepEqual(hex(reading.records), hex(records.slice(0, wholeIn(records, length))));
          assert.ok(reading.end.length <= length);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('[P1] of 20,000 flipped bits none makes a record that was not appended, and what is read is a prefix', () => {
    const records = Array.from({ length: 12 }, (_, index) => Buffer.from(`record ${index} `.repeat(index)));
    const log = logOf(records);
    fc.assert(
      fc.property(fc.nat(log.length * 8 - 1), fc.nat(log.length * 8 - 1), (one, other) => {
        const damaged = Buffer.from(log);
        damaged[one >> 3]! ^= 1 << (one & 7);
        damaged[other >> 3]! ^= 1 << (other & 7);
        const read = hex(readLog(damaged).records);
        assert.deepEqual(read, hex(records).slice(0, read.length));
        const intact = wholeIn(records, Math.min(one >> 3, other >> 3)); // those before the first damage
        if (one !== other && one >> 3 >= LOG_HEADER.length && other >> 3 >= LOG_HEADER.length) {
          assert.equal(read.length, intact);
        }
      }),
      { numRuns: 20_000 },
    );
  });

  it('[P1] a damaged header does not take the records behind it along', () => {
    const records = [Buffer.from('one'), Buffer.from('two')];
    for (let bit = 0; bit < LOG_HEADER.length * 8; bit++) {
      const log = logOf(records);
      log[bit >> 3]! ^= 1 << (bit & 7);
      const reading = readLog(log);
      assert.equal(reading.header, 'damaged');
      assert.deepEqual(hex(reading.records), hex(records));
    }
  });

  it('[P1] any bytes at all are read without an error and without inventing a record', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        assert.deepEqual(readLog(Buffer.concat([LOG_HEADER, bytes])).records, []);
        assert.deepEqual(readLog(Buffer.from(bytes)).records, []);
      }),
      { numRuns: 5_000 },
    );
  });

  it('[P1] a record that claims to be longer than the file is not read', () => {
    const log = logOf([Buffer.from('whole')]);
    const huge = Buffer.concat([log, Buffer.alloc(40, 0xff)]);
    assert.deepEqual(hex(readLog(huge).records), hex([Buffer.from('whole')]));
    assert.equal(readLog(huge).end.length, log.length);
  });
});
