import assert from 'node:assert/strict';
import type { HalfWritten } from '../../../../src/core/recovery/halfWritten';
import { readNumberFilter } from '../../../../src/core/recovery/numberFilter';
import { describeHalfWritten, recoveryReport } from '../../../../src/core/recovery/recoveryText';
import { inEnglish } from '../../../../src/core/words/said';
import { reportInLanguage } from '../../../../src/core/words/saidReport';
import { size } from '../../../../src/core/words/sizes';

const ITEM: HalfWritten = {
  key: 'a',
  number: 7,
  title: 'Wave [x](command:y)',
  bytes: 1234,
  changedAt: '2026-01-02T11:30:00.000Z',
  class: 'stale',
};

const reportOf = (all: Parameters<typeof recoveryReport>[0]): string => reportInLanguage(recoveryReport(all));

describe('what a person reads of half-written stories', () => {
  it('[R3] a filter is numbers and ranges as people write them; nothing means all, and what is no number is named', () => {
    assert.deepEqual(readNumberFilter('  '), { kind: 'all' });
    assert.deepEqual(readNumberFilter('#12, 14-16;3\n3'), { kind: 'numbers', numbers: [12, 14, 15, 16, 3] });
    assert.deepEqual(readNumberFilter('#2-#3'), { kind: 'numbers', numbers: [2, 3] });
    for (const wrong of ['x', '0', '5-2', '1-', '-1', '1.5', '1-999999', '12 y'])
      assert.equal(readNumberFilter(wrong).kind, 'refused', wrong);
    const refused = readNumberFilter('12, tw0');
    assert.match(refused.kind === 'refused' ? refused.message : '', /"tw0" is no story number/);
  });

  it('[R4] the list says size and age, and the report what each was and is, why one was left, and what was cancelled', () => {
    const now = Date.parse('2026-01-02T13:30:00.000Z');
    assert.equal(inEnglish([describeHalfWritten(ITEM, now)]), '1.2 kB · written 2 h ago');
    assert.equal(
      inEnglish([describeHalfWritten({ ...ITEM, bytes: 0, changedAt: null }, now)]),
      'known to the search index alone',
    );
    const report = reportOf([
      { was: ITEM, kind: 'recovered', number: 40, title: 'Wave' },
      { was: { ...ITEM, number: null }, kind: 'left', why: 'The disk is full.' },
      { was: { ...ITEM, number: 9 }, kind: 'untouched' },
    ]);
    assert.match(report, /1 recovered, 1 left as it is, 1 not done because it was cancelled\./);
    const whole = reportOf([{ was: ITEM, kind: 'recovered', number: 40, title: 'Wave' }]);
    assert.match(whole, /^1 recovered\.$/m);
    assert.match(report, /7 → 40 {2}Wave\n/);
    assert.match(report, /no number {2}Wave .*: The disk is full\./);
    assert.match(report, /Not done\n {2}#9 {2}Wave/);
    assert.ok(!report.includes(']('), 'nothing in it is a link');
  });

  it('[R4] sizes have the one unit that says enough', () => {
    const sizes = [0, 999, 1000, 1234, 9949, 12_345, 999_499, 999_500, 2_000_000, 3.2e9].map(size);
    assert.deepEqual(sizes, ['0 B', '999 B', '1.0 kB', '1.2 kB', '9.9 kB', '12 kB', '999 kB', '1.0 MB', '2.0 MB', '3.2 GB']); // prettier-ignore
  });
});
