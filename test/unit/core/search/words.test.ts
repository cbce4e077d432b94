import assert from 'node:assert/strict';
import fc from 'fast-check';
import { excerptOf, searchTokens, tokenQuery } from '../../../../src/core/search/words';

/** Whether a text is found by a word, as the tables decide it. */
function finds(text: string, word: string): boolean {
  const tokens = searchTokens(text, 10_000);
  const query = tokenQuery(word);
  if (query === null) return false;
  const { whole, start } = query;
  return whole.every((one) => tokens.includes(one)) && (start === null || tokens.some((one) => one.startsWith(start)));
}

describe('words of a search', () => {
  it('[P3] a word is found by its beginning, in any case, and a name by its parts and as a whole', () => {
    const text = 'The parseHTTPHeader_v2 of Größe İstanbul fails (ＦＵＬＬ width) at 404.';
    for (const word of ['pars', 'HEADER', 'header', 'http', 'parsehttpheaderv2', 'parseHTTPHeader_v2', 'größ', 'GRÖSSE'.slice(0, 3), 'full', '404', 'fails', '(width)', 'İstan']) assert.ok(finds(text, word), word); // prettier-ignore
    for (const word of ['arse', 'headers', '40 5', '%', 'ails']) assert.ok(!finds(text, word), word);
  });

  it('[P3] where words have no ends any part is found', () => {
    const text = '登録フォームが壊れている และหน้าเข้าสู่ระบบ';
    for (const word of ['登録', '録', 'フォーム', '壊れ', 'る', 'หน้า', 'ระบบ']) assert.ok(finds(text, word), word);
    for (const word of ['録登', '壊る', 'フム']) assert.ok(!finds(text, word), word);
  });

  it('[P3] tokens are letters and digits alone, so that none means anything to SQLite, and each text finds itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const tokens = searchTokens(text, 1_000);
        // oxlint-disable-next-line no-control-regex -- ASCII is what is looked at
        for (const token of tokens) assert.match(token, /^(?:[0-9a-z]|[^\u0000-\u007f])+$/u);
        for (const word of text.split(/\s+/)) assert.ok(tokenQuery(word) === null || finds(text, word), word);
      }),
    );
  });

  it('[P3] an excerpt is the line with all words, else one with any, and never long', () => {
    const text = `first\nthe second word\n${'x'.repeat(500)} needle ${'y'.repeat(500)}`;
    assert.equal(excerptOf(text, ['WORD', 'second']), 'the second word');
    assert.equal(excerptOf(text, ['word', 'first']), 'first');
    assert.match(excerptOf(text, ['needle'])!, /^….* needle .*…$/);
    assert.ok(excerptOf(text, ['needle'])!.length <= 162);
    assert.equal(excerptOf(text, ['absent']), null);
  });
});
