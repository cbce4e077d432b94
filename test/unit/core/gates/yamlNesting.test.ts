import assert from 'node:assert/strict';
import { nestsWithin } from '../../../../src/core/gates/yamlNesting';

describe('how deep YAML nests', () => {
  it('[S3] is counted through lists, maps, keys and both ways of writing them', () => {
    for (const [text, depth] of [
      ['a', 1],
      ['a: 1', 2],
      ['- - a', 3],
      ['a:\n  b:\n    - c', 4],
      ['[[a]]', 3],
      ['? - a\n: b', 3],
      ['{a: [b]}', 3],
      ['a: [1, {b: [c]}]', 5],
      ['a: 1\n---\n- - - b', 4],
    ] as const) {
      assert.equal(nestsWithin(text, depth), true, text);
      assert.equal(nestsWithin(text, depth - 1), false, text);
    }
  });

  it('[S3] is refused beyond the limit, however deep, without recursion', () => {
    for (const unit of ['[', '{a: ', '- ', 'a: ', '? ', '- ['])
      assert.equal(nestsWithin(unit.repeat(20_000), 40), false, unit);
  });
});
