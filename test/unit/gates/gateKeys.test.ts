import assert from 'node:assert/strict';
import type { Gate } from '../../../src/gates/chooseGates';
import { definitionsOf } from '../../../src/gates/gateKeys';

const gate: Gate = {
  name: 'test',
  argv: ['npm', 'test'],
  command: 'npm test',
  timeoutMs: 1000,
  writes: false,
  exclusive: false,
};

describe('what a verdict depends on', () => {
  it('[MQ11, G4] is all that is configured of a gate, also what makes its worktree ready and what it may change', () => {
    const others: Partial<Gate>[] = [
      {},
      { argv: ['npm', 'run', 'test'] },
      { setUp: [{ argv: ['npm', 'ci'], command: 'npm ci' }] },
      { setUp: [{ argv: ['npm', 'install'], command: 'npm install' }] },
      { writes: true },
      { timeoutMs: 2000 },
      { report: 'junit.xml' },
    ];
    const known = others.map((other) => definitionsOf([{ ...gate, ...other }], 'needs').get('test'));
    assert.equal(new Set(known).size, others.length);
  });
});
