import assert from 'node:assert/strict';
import type { VerdictRecord } from '../../../../src/core/gates/verdictRecord';
import { gatesOf } from '../../../../src/engine/races/raceLook';
import { storyIn, TIP } from '../../../support/storyFixtures';
import { verdictOf } from '../../../support/verdictFixtures';

describe('what gates said of one that races', () => {
  const tests = { passed: 3, skipped: 0, failed: ['is slow'], failedMore: 0, cleared: [] };
  const held = storyIn({ name: 'ReviewHold', tip: TIP, reasons: ['It races #2.'] });
  const gates = async (run: Partial<VerdictRecord>): Promise<readonly unknown[]> => {
    const verdicts = { recent: () => [verdictOf(run)] };
    const quarantines = { list: () => [{ gate: 'test', test: 'is slow', since: '2026-01-01T00:00:00.000Z' }] };
    const found = await gatesOf({ git: { treeOf: () => Promise.resolve('a'.repeat(40)) }, verdicts, quarantines } as never, held); // prettier-ignore
    return found.map(({ verdict, quarantined }) => ({ verdict, quarantined }));
  };

  it('[A14, MQ20] a gate of which only tests in quarantine failed has passed, and one with others has not', async () => {
    const passed = [{ verdict: 'passed', quarantined: false }];
    assert.deepEqual(await gates({ verdict: 'failed', tests }), passed);
    const others = { ...tests, failed: ['is slow', 'is wrong'] };
    assert.deepEqual(await gates({ verdict: 'failed', tests: others }), [{ verdict: 'failed', quarantined: false }]);
    assert.deepEqual(await gates({ verdict: 'timedOut', tests }), [{ verdict: 'timedOut', quarantined: false }]);
  });
});
