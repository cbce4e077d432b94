import assert from 'node:assert/strict';
import fc from 'fast-check';
import { findDependencies, findReferences } from '../../../../src/core/story/references';

const numbers = (text: string) => findReferences(text).map(({ number }) => number);

describe('stories named in a text', () => {
  it('[S1] #12 names a story wherever people write it', () => {
    assert.deepEqual(numbers('#12 and (#3), see #4.\n- [ ] like #5, or #6: yes\n"#7"'), [12, 3, 4, 5, 6, 7]);
    assert.deepEqual(numbers('depends_on: [#12, #14]'), [12, 14]);
  });

  it('[S1] addresses, colours, headings, code and words with a number sign name none', () => {
    const texts = [
      'https://a.example/x#12',
      'a#12',
      '#12ab',
      '#0',
      '#012',
      '# 12',
      '##12',
      '&#12;',
      '#12-a',
      '#1.5',
      '\\#12',
    ];
    for (const text of texts) assert.deepEqual(numbers(text), [], text);
    assert.deepEqual(numbers('`#1` #2 ``a ` #3`` #4'), [2, 4]);
    assert.deepEqual(numbers('```\n#1\n```\n#2\n~~~~\n#3\n~~~\n#4\n~~~~\n#5'), [2, 5]);
    assert.deepEqual(
      numbers('#ffffff #123456 is a colour too'),
      [123456],
      'six digits alone cannot be told from a number',
    );
  });

  it('[S1, S10] what the front matter says a story depends on names stories, and no other number of it does', () => {
    const text = '---\ntitle: Version 7\npriority: 2\ndepends_on: [12, #14]\nlabels: [3]\n---\n\nAfter 5 days.\n';
    const found = findDependencies(text);
    assert.deepEqual(
      found.map(({ number }) => number),
      [12, 14],
    );
    assert.deepEqual(
      found.map(({ start, end }) => text.slice(start, end)),
      ['12', '#14'],
    );
    const list = '---\ndepends_on:\n  - 3\n  - sign-in-4\ntype: bug\n---\n';
    assert.deepEqual(
      findDependencies(list).map(({ number }) => number),
      [3],
    );
    assert.deepEqual(findDependencies('depends_on: [12]'), [], 'a body is no front matter');
  });

  it('[S1] code begins and ends at marks of one length, and those that nothing closes are text', () => {
    assert.deepEqual(numbers('`` #1 ` #2'), [1, 2]);
    assert.deepEqual(numbers('``` #1 `` #2 ``` #3 `` #4'), [3, 4]);
    assert.deepEqual(numbers('`#1` #2 `#3` #4 `` `#5` `` #6'), [2, 4, 6]);
  });

  it('[S1] the longest text is looked through at once, whatever marks of code are in it', () => {
    const widening = Array.from({ length: 1400 }, (_, at) => `${'`'.repeat(at + 1)}x`).join('');
    assert.deepEqual(numbers(`${widening} #1`), [1]);
    assert.deepEqual(numbers(`a ${'`'.repeat(500_000)} #2 ${'x'.repeat(500_000)}`), [2]);
    assert.equal(numbers('#1 `a` '.repeat(140_000)).length, 140_000);
  });

  it('[S1] each is found where it stands, in any text', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('#12', ' ', '\n', '`', 'a', '#', '12', '```'), { maxLength: 30 }),
        (parts) => {
          const text = parts.join('');
          for (const { number, start, end } of findReferences(text)) assert.equal(text.slice(start, end), `#${number}`);
        },
      ),
    );
  });
});
