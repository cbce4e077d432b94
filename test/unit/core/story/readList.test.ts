import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readList } from '../../../../src/core/story/readList';
import { TITLE_LIMIT } from '../../../../src/core/story/story';

const read = (text: string, titles: string[] = []) =>
  readList(
    text,
    titles.map((title, index) => ({ key: `k${index + 1}`, number: index + 1, title })),
  );
const titles = (text: string) => read(text).items.map(({ title }) => title);

describe('a list read as stories', () => {
  it('[S2] bullets, numbers, task lists and plain lines all become stories', () => {
    assert.deepEqual(titles('- One\n* Two\n+ Three\n• Four'), ['One', 'Two', 'Three', 'Four']);
    assert.deepEqual(titles('1. One\n2) Two'), ['One', 'Two']);
    assert.deepEqual(titles('- [ ] One\r\n- [x] Two\r\n'), ['One', 'Two']);
    assert.deepEqual(titles('One\n\n  Two  \nThree'), ['One', 'Two', 'Three']);
    assert.deepEqual(titles('  - One\n  - Two'), ['One', 'Two'], 'a list that was copied with its indentation');
    assert.deepEqual(titles('- **One:**\n- `two`\n- *three*.'), ['One:', 'two', 'three']);
    assert.deepEqual(titles(''), []);
  });

  it('[S2] what is nested in an item becomes its body, without the common indentation', () => {
    const text = [
      '- Sign in',
      '  With a password.',
      '',
      '  - [ ] it works',
      '    - also twice',
      '  ```sh',
      '- not an item',
      '  ```',
      '- Sign out',
      '\t- [x] done',
    ].join('\n');
    const { items, leftOut } = read(text);
    assert.deepEqual(items.map(({ title, body }) => [title, body]), [
      ['Sign in', 'With a password.\n\n- [ ] it works\n  - also twice\n```sh\n```'],
      ['Sign out', '- [x] done'],
    ]); // prettier-ignore
    assert.equal(leftOut, 1);
  });

  it('[S2] an item with as many lines as fit into a text is read as well', () => {
    const [item] = read(`- Sign in\n${'  x\n'.repeat(300_000)}`).items;
    assert.deepEqual([item?.title, item?.body.length], ['Sign in', 599_999]);
  });

  it('[S2] headings and text between the items make no story, and it is told how many lines they are', () => {
    const { items, leftOut } = read('# Sprint 3\n\nWe want:\n\n- One\n- Two\n\nThat is all.');
    assert.deepEqual(
      items.map(({ title }) => title),
      ['One', 'Two'],
    );
    assert.equal(leftOut, 3);
  });

  it('[S2] what is there already, comes twice, or is ticked off in the list is shown and not wanted', () => {
    const { items } = read('- one\n- Two\n- two\n- [x] Three', ['One']);
    assert.deepEqual(items.map(({ title, like, wanted }) => [title, like, wanted]), [
      ['one', '#1', false],
      ['Two', null, true],
      ['two', 'line 2', false],
      ['Three', null, false],
    ]); // prettier-ignore
  });

  it('[S2] a title that is too long is cut at a word, and the whole of it is in the body', () => {
    const long = 'word '.repeat(100).trim();
    const [item] = read(`- ${long}\n  more`).items;
    assert.ok(item !== undefined && item.title.length <= TITLE_LIMIT && item.title.endsWith(' word…'));
    assert.equal(item.body, `${long}\n\nmore`);
  });

  it('[S2] any text gives stories with valid titles, and loses no line without counting it', () => {
    const line = fc.oneof(
      fc.constantFrom('- a', '  - b', '\t* c', '1. d', '- [x] e', '```', '~~~', '', '   text', 'text', '-', '- '),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        const { items, leftOut } = read(lines.join('\n'));
        assert.ok(leftOut >= 0);
        for (const { title } of items) assert.ok(title.trim() !== '' && title.length <= TITLE_LIMIT);
      }),
    );
  });
});
