import assert from 'node:assert/strict';
import { countCriteria, isCheckedOn, markCriteria, readCriteria } from '../../../../src/core/story/criteria';

describe('criteria that name a command', () => {
  it('[MQ17] name it in a code span at their end behind a colon, and say what came of it on which commit', () => {
    const commands = (line: string): unknown[] => readCriteria(line).map(({ command, checked }) => [command, checked]);
    assert.deepEqual(commands('- [ ] it works: `npm test -- x`'), [['npm test -- x', undefined]]);
    assert.deepEqual(commands('- [x] it works: `make`.'), [['make', undefined]]);
    assert.deepEqual(commands('- [x] it works: `make` (passed on a41f09c12345)'), [
      ['make', { verdict: 'passed', commit: 'a41f09c12345' }],
    ]);
    for (const prose of ['`make` works', 'calls `make`', 'it works: `make` today', 'it works: ``', 'it works: `make'])
      assert.deepEqual(commands(`- [ ] ${prose}`), [[undefined, undefined]], prose);
  });

  it('[MQ17] are ticked or unticked by what came of it, in place of what stood there, and nothing else changes', () => {
    const commit = 'a41f09c12345'.padEnd(40, '0');
    const body = [
      'Text `make`.',
      '',
      '- [ ] builds: `make`',
      '  * [x] runs: `run` (passed on 0000000)\r',
      '- [ ] by hand',
      '```',
      '- [ ] builds: `make`',
      '```',
    ];
    const verdicts = new Map([
      ['make', 'passed'],
      ['run', 'failed'],
    ] as const);
    const marked = markCriteria(body.join('\n'), commit, verdicts).split('\n');
    assert.deepEqual(marked, [
      'Text `make`.',
      '',
      '- [x] builds: `make` (passed on a41f09c12345)',
      '  * [ ] runs: `run` (failed on a41f09c12345)\r',
      ...body.slice(4),
    ]);
    assert.deepEqual(countCriteria(marked.join('\n')), { done: 1, total: 3, failed: 1 });
    const [first] = readCriteria(marked.join('\n'));
    assert.ok(first !== undefined && isCheckedOn(first, commit) && !isCheckedOn(first, 'b'.repeat(40)));
  });
});
