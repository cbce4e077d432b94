import assert from 'node:assert/strict';
import { yamlSize } from '../../../../src/core/gates/yamlSize';

const depthOf = (text: string, depth: number): string => yamlSize(text, { depth, entries: 1000 });

describe('how large YAML is', () => {
  it('[S3] depth is counted through lists, maps, keys and both ways of writing them', () => {
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
      assert.equal(depthOf(text, depth), 'within', text);
      assert.equal(depthOf(text, depth - 1), 'tooDeep', text);
    }
  });

  it('[S3] it is refused beyond the limit, however deep, without recursion', () => {
    for (const unit of ['[', '{a: ', '- ', 'a: ', '? ', '- ['])
      assert.equal(depthOf(unit.repeat(20_000), 40), 'tooDeep', unit);
  });

  it('[S3] entries are counted over all lists and maps', () => {
    for (const text of ['a: 1\nb: 1\nc: 1\n', '[a, b, c]', '{a, b, c}', '- a\n- b: c\n', 'a: [b, c]\n'])
      assert.deepEqual(
        [3, 2].map((entries) => yamlSize(text, { depth: 40, entries })),
        ['within', 'tooMany'],
        text,
      );
  });
});
