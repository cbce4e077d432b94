import assert from 'node:assert/strict';
import { inOrder, linesOf, orderProblems, withNeeds, type OrderedGate } from '../../../../src/core/gates/gateOrder';

function gates(spec: Readonly<Record<string, readonly string[]>>): OrderedGate[] {
  return Object.entries(spec).map(([name, needs]) => ({ name, needs }));
}

const names = (some: Iterable<OrderedGate>): string[] => [...some].map(({ name }) => name);

describe('the order of gates', () => {
  it('[MQ21] what a gate needs runs before it, and the rest stays as configured', () => {
    assert.deepEqual(names(inOrder(gates({ test: ['build'], lint: [], build: ['install'], install: [] }))), [
      'install',
      'build',
      'test',
      'lint',
    ]);
  });

  it('[MQ21] gates that need each other are one line; lines have nothing to do with each other', () => {
    const lines = linesOf(gates({ install: [], unit: ['install'], docs: [], end: ['unit', 'build'], build: [] }));
    assert.deepEqual(lines.map(names), [['install', 'unit', 'build', 'end'], ['docs']]);
  });

  it('[MQ21] a gate that runs brings all that it needs', () => {
    const all = gates({ install: [], build: ['install'], test: ['build'], lint: [] });
    assert.deepEqual(names(withNeeds([all[2] ?? { name: '' }], all)), ['test', 'build', 'install']);
  });

  it('[MQ21] a name that nothing has, a circle, and what comes too late are said of the gate that names it', () => {
    assert.deepEqual(orderProblems(gates({ a: ['b'], b: [] })), []);
    assert.deepEqual(orderProblems(gates({ a: ['x'] })), [
      { index: 0, key: 'needs', message: 'Gate a needs x, and no gate has that name.' },
    ]);
    const circle = gates({ first: ['a'], a: ['b'], b: ['c'], c: ['a'], alone: ['alone'] });
    assert.deepEqual(
      orderProblems(circle).map(({ index, message }) => `${index} ${message}`),
      [
        '1 Gates need each other in a circle: a needs b needs c needs a.',
        '4 Gates need each other in a circle: alone needs alone.',
      ],
    );
    assert.deepEqual(
      orderProblems([
        { name: 'a', needs: ['slow'] },
        { name: 'slow', after: 'landing' },
      ]).map(({ message }) => message),
      ['Gate a needs slow, which runs only after the landing.'],
    );
  });
});
