import assert from 'node:assert/strict';
import fc from 'fast-check';
import { markdownText, plainLine, plainText, visible } from '../../../../src/core/words/plainText';

/** What VS Code makes a link or an icon of (linkedText and iconLabels). */
const LINK = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["']).+?\3)?\)/i;
const ICON = /\$\([a-z0-9-]+(?:~[a-z]+)?\)/i;

const hostile = fc
  .array(
    fc.constantFrom(
      '[',
      ']',
      '(',
      ')',
      '$',
      'x',
      'command:',
      'trash',
      '\\',
      '\n',
      '\u202e',
      '~spin',
      'http://',
      '`',
      '<b>',
    ),
  )
  .map((parts) => parts.join(''));

describe('words that are only text', () => {
  it('[U17] a file name that is written like a command link is none', () => {
    const name = '[x](command:workbench.action.openSettings)';
    assert.match(name, LINK);
    assert.doesNotMatch(plainText(name), LINK);
    assert.doesNotMatch(plainText('$(trash) all'), ICON);
  });

  it('[U17] whatever the words are, there is neither link nor icon in them, and nothing but the gaps is added', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        assert.doesNotMatch(plainText(text), LINK);
        assert.doesNotMatch(plainText(text), ICON);
        assert.equal(plainText(text).replaceAll('\u200b', ''), visible(text));
        assert.doesNotMatch(plainLine(text), /\n/);
      }),
    );
  });

  it('[U17] what cannot be seen, or turns other characters round, is written out', () => {
    assert.equal(visible('a\u202egpj.exe\u0000'), 'a\\u{202e}gpj.exe\\u{0}');
    assert.equal(visible('two\nlines\tand 👩‍👩‍👧 é'), 'two\nlines\tand 👩‍👩‍👧 é');
    assert.equal(visible('half \ud800'), 'half \\u{d800}');
  });

  it('[U17] in Markdown every mark is a character, and no address a link', () => {
    assert.equal(markdownText('*a* [b](c) <i> `d`'), '\\*a\\* \\[b\\]\u200b\\(c\\) \\<i\\> \\`d\\`');
    assert.doesNotMatch(markdownText('see https://example.org and me@example.org'), /https:\/\/|me@example/);
  });
});
