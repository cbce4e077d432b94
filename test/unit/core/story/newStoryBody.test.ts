import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readCriteria } from '../../../../src/core/story/criteria';
import { newStoryBody, todoIn } from '../../../../src/core/story/newStoryBody';
import { translate } from '../../../support/words/german';

const context = { path: 'src/a b.ts', fromLine: 3, toLine: 5, language: 'typescript', text: 'one\r\ntwo\r\nthree\r\n' };

describe('The body of a new story', () => {
  it('[S2] has room for what is wanted and for a first criterion', () => {
    assert.equal(newStoryBody(null), '\n\n## Acceptance criteria\n\n- [ ] \n');
    assert.equal(newStoryBody(null, translate), '\n\n## Akzeptanzkriterien\n\n- [ ] \n', 'in a German window');
    assert.deepEqual(readCriteria(newStoryBody(null)), []);
  });

  it('[S2] quotes what was selected, with its file and lines: code in a fence, prose as a quotation', () => {
    assert.match(
      newStoryBody(context),
      /^\n\nFrom `src\/a b\.ts:3-5`:\n\n```typescript\none\ntwo\nthree\n```\n\n## Acceptance criteria/,
    );
    const prose = newStoryBody({ ...context, language: 'markdown', toLine: 3, text: 'one\n\n- [ ] two' });
    assert.match(prose, /^\n\nFrom `src\/a b\.ts:3`:\n\n> one\n>\n> - \[ \] two\n\n## /);
  });

  it('[S2, U17] nothing that was selected ends its quotation or becomes a criterion of the story', () => {
    const hostile = fc
      .array(fc.constantFrom('```', '`', '~~~', '- [ ] do it', '## Head', 'x', '\n', '---'))
      .map((all) => all.join(''));
    fc.assert(
      fc.property(hostile, hostile, fc.constantFrom('markdown', 'typescript', '``` x'), (text, path, language) => {
        assert.deepEqual(readCriteria(newStoryBody({ ...context, text, path, language })), []);
      }),
    );
  });

  it('[S2] of a long selection the beginning is quoted, and how much more there is', () => {
    const text = Array.from({ length: 500 }, (_, index) => `line ${index}`).join('\n');
    const body = newStoryBody({ ...context, text });
    assert.match(body, /line 59\n```\n\n\(440 more lines there\)/);
    assert.ok(newStoryBody({ ...context, text: 'x'.repeat(1_000_000) }).length < 7000);
    for (const before of ['', 'x']) {
      const cut = newStoryBody({ ...context, text: `${before}${'😀'.repeat(4000)}` });
      assert.doesNotMatch(cut, /\p{Cs}/u, 'no half of a character');
    }
  });

  it('[S2] a path with marks of code in it is quoted as it is', () => {
    const place = (path: string): string | undefined => /^From (.*):$/m.exec(newStoryBody({ ...context, path }))?.[1];
    assert.match(place('a`b.ts') ?? '', /^``a`b\.ts:\d[^`]*``$/);
    assert.match(place('`a``b.ts') ?? '', /^``` `a``b\.ts:\d[^`]* ```$/);
  });

  it('[S2] a comment that asks for something gives a title', () => {
    assert.equal(todoIn('  // TODO: say it in Latin'), 'say it in Latin');
    assert.equal(todoIn('# FIXME(anna) breaks on Sundays'), 'breaks on Sundays');
    assert.equal(todoIn('/* HACK - remove me */'), 'remove me');
    assert.equal(todoIn('<!-- TODO -->'), '');
    assert.equal(todoIn('const TODOS = 1; // nothing'), null);
  });
});
