import assert from 'node:assert/strict';
import { LandingLine, type LineMember } from '../../../src/landing/landingLine';

describe('The line of landings', () => {
  const memberOf = (verdict: LineMember['verdict']): LineMember =>
    ({ verdict, stands: 'inLine', nudge: () => undefined }) as unknown as LineMember;

  it('[MQ12] one waits for its proof until gates run for it or for one that is built on it, and not once it has left', () => {
    const line = new LandingLine(() => ({ kind: 'train', size: 2 }));
    const [first, second, third] = [memberOf('none'), memberOf('running'), memberOf('none')];
    for (const one of [first, second, third]) line.join(one);
    const whoWaits = () => [first, second, third].map((one) => line.waitsForProof(one));
    assert.deepEqual(whoWaits(), [false, false, true]);
    line.leave(second);
    assert.deepEqual(whoWaits(), [true, false, true]);
    line.leave(first);
    assert.deepEqual(whoWaits(), [false, false, true]);
  });
});
