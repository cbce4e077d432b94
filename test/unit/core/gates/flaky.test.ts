import assert from 'node:assert/strict';
import { flakeHistory, isFlakeLikelier } from '../../../../src/core/gates/flaky';
import type { VerdictRecord } from '../../../../src/core/gates/verdictRecord';
import { verdictOf } from '../../../support/verdictFixtures';

/** Runs on trees that are named by a letter: `a+ a- b+` passed and failed on a, and passed on b. */
function runs(text: string, change: Partial<VerdictRecord> = {}): VerdictRecord[] {
  return text.split(' ').map(([letter = 'a', sign]) => {
    return verdictOf({ tree: letter.repeat(40), verdict: sign === '+' ? 'passed' : 'failed', ...change });
  });
}

describe('flaky gates', () => {
  it('[MQ20] two different verdicts under one key prove a flake, in whatever order; other keys prove nothing', () => {
    assert.deepEqual(flakeHistory(runs('a+ a- b- b+ c+ d- d- e-'), 'test'), { trees: 5, flaky: 2, redAgain: 1, redOnce: 1 }); // prettier-ignore
    for (const change of [{ definition: 'd2' }, { platform: 'p2' }, { gate: 'lint' }]) {
      assert.equal(flakeHistory([...runs('a+'), ...runs('a-', change)], 'test').flaky, 0);
    }
    for (const verdict of ['timedOut', 'stopped', 'notFound'] as const) {
      assert.equal(flakeHistory([...runs('a+'), verdictOf({ verdict })], 'test').flaky, 0);
    }
    assert.deepEqual(flakeHistory(runs('a+ a-', { of: 'trial' }), 'test').trees, 0);
  });

  for (const [history, likelier, why] of [
    ['a+', false, 'nothing was ever flaky'],
    ['a- b- b-', false, 'all red so far was a fault'],
    ['a- a+', true, 'the only red there was turned out a flake'],
    ['a- a+ b- b-', false, 'one flake and one fault are equally likely'],
    ['a- a+ b- b+ c- c-', true, 'two flakes stand against one fault'],
    ['a- a+ b-', true, 'a red that nobody looked at again is half a fault'],
    ['a- a+ b- c-', false, 'two of those make a whole one'],
    ['a- a+ b+ c+ d+ e+', true, 'passes say nothing of what a red is'],
  ] as const) {
    it(`[MQ20] flaky > redAgain + redOnce / 2: a red run after ${history} is ${likelier ? 'a flake' : 'a fault'} rather, for ${why}`, () => {
      assert.equal(isFlakeLikelier(flakeHistory(runs(history), 'test')), likelier);
    });
  }
});
