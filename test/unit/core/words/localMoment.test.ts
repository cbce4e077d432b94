import assert from 'node:assert/strict';
import { localClock, localMoment, localWhen } from '../../../../src/core/words/localMoment';

describe('A moment in words', () => {
  const before = process.env['TZ'];
  afterEach(() => {
    if (before === undefined) delete process.env['TZ'];
    else process.env['TZ'] = before;
  });

  it('[U10] is what the clock on the wall says, as board, page and lane say it', () => {
    process.env['TZ'] = 'Asia/Kolkata';
    assert.equal(localMoment('2026-01-31T20:05:09.000Z'), '2026-02-01 01:35:09');
    assert.equal(localMoment(Date.UTC(2026, 0, 31, 20, 5, 9)), '2026-02-01 01:35:09');
    assert.equal(localClock('2026-01-31T20:05:09.000Z'), '01:35');
  });

  it('[U16] a row has the time of day alone where that is of today', () => {
    process.env['TZ'] = 'Asia/Kolkata';
    const now = Date.UTC(2026, 0, 31, 22);
    assert.equal(localWhen('2026-01-31T20:05:09.000Z', now), '01:35');
    assert.equal(localWhen('2026-01-31T17:05:09.000Z', now), '2026-01-31 22:35');
  });
});
