import assert from 'node:assert/strict';
import { LandingLine, type LineMember } from '../../../src/landing/landingLine';

describe('The line of landings', () => {
  const memberOf = (verdict: LineMember['verdict']): LineMember =>
    ({ verdict, stands: 'inLine', ahead: null, nudge: () => undefined }) as unknown as LineMember;

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

  it('[MQ12] within the size of a train one goes ahead beside those that it passes, which it does not prove; in a batch none does', () => {
    let kind: 'train' | 'batch' = 'train';
    const line = new LandingLine(() => ({ kind, size: 2 }));
    const passed = { jobId: '1', number: 1, base: 'base', commit: 'one', provenBy: 'gates' } as const;
    assert.deepEqual([line.hasRoom([passed]), line.hasRoom([passed, passed])], [true, false]);
    kind = 'batch';
    assert.equal(line.hasRoom([passed]), false);
    kind = 'train';
    const first = memberOf('none');
    line.join(first);
    line.join({
      ...memberOf('running'),
      stands: 'apart',
      ahead: { commit: 'two', tree: '', parents: [], base: 'base' },
    });
    assert.equal(line.hasRoom([passed]), false);
    assert.equal(line.proverOf(first), null);
  });
});
