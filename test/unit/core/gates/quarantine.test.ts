import assert from 'node:assert/strict';
import { asideOf, setAside } from '../../../../src/core/gates/quarantine';
import { GATE_VERDICTS } from '../../../../src/core/landing/job';

const since = '2026-01-01T00:00:00.000Z';

describe('a quarantined gate', () => {
  it('[MQ20] is set aside only for what it said by itself: one that was stopped, skipped or passed counts as it is', () => {
    const setAsides = GATE_VERDICTS.filter((verdict) => {
      const result = { gate: 'test', command: 'npm test', verdict, detail: 'So it was.', ms: 1 };
      assert.equal(setAside(result, asideOf([{ gate: 'other', since }])), result);
      return setAside(result, asideOf([{ gate: 'test', since }])).quarantined === true;
    });
    const asTheyAre = GATE_VERDICTS.filter((verdict) => !setAsides.includes(verdict));
    assert.deepEqual([...asTheyAre].sort(), ['passed', 'skipped', 'stopped']);
  });
});
