import assert from 'node:assert/strict';
import { LandingLine, type LineMember } from '../../../src/landing/landingLine';

describe('The line of landings', () => {
  const memberOf = (verdict: LineMember['verdict']): LineMember =>
    ({ verdict, stands: 'inLine', nudge: () => undefined }) as unknown as LineMember;

  it('[MQ12] one is proven by its own gates or by those of one that is built on it, waits where none of them run, and not once it has left', () => {
    const line = new LandingLine(() => ({ kind: 'train', size: 2 }));
    const [first, second, third] = [memberOf('none'), memberOf('running'), memberOf('none')];
    for (const one of [first, second, third]) line.join(one);
    const provers = () => [first, second, third].map((one) => line.proverOf(one));
    assert.deepEqual(provers(), [second, second, null]);
    line.leave(second);
    assert.deepEqual(provers(), [null, undefined, null]);
    line.leave(first);
    assert.deepEqual(provers(), [undefined, undefined, null]);
  });
});
