import assert from 'node:assert/strict';
import { GateTreePool } from '../../../src/gates/gateTreePool';

describe('The pool of gate trees', () => {
  it('[MQ12] no two runs share a tree, candidates and stories come back to their own, and no more are made than needed', () => {
    const pool = new GateTreePool();
    const [first, story, second, third] = (['candidate', 'story', 'candidate', 'candidate'] as const).map((purpose) =>
      pool.take(purpose),
    );
    const names = [first, story, second, third].map((tree) => tree?.folder);
    assert.deepEqual(names, ['agents-gate-1', 'agents-gate-2', 'agents-gate-3', 'agents-gate-4']);
    second?.dispose();
    second?.dispose();
    assert.equal(pool.take('other').folder, 'agents-gate-3');
    first?.dispose();
    assert.equal(pool.take('other').folder, 'agents-gate-5', 'what is a candidate’s first stays free for one');
    assert.equal(pool.take('candidate').folder, 'agents-gate-1');
  });
});
