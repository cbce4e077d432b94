import assert from 'node:assert/strict';
import { englishIn } from '../../../support/words/englishIn';
import { translate } from '../../../support/words/german';
import { reviewOverText, reviewText, type ReviewTextFacts } from '../../../../src/core/review/reviewText';

const [BASE, OLD, TIP] = ['a', 'b', 'c'].map((digit) => digit.repeat(40)) as [string, string, string];

function textOf(change: Partial<ReviewTextFacts['review']> = {}, rest: Partial<ReviewTextFacts> = {}): string {
  return reviewText({
    story: { number: 7, title: 'Wave' },
    target: 'main',
    review: { base: BASE, tip: TIP, reasons: [], lookedAt: null, since: null, threads: [], ...change },
    criteria: [],
    conflicts: [],
    ...rest,
  });
}

describe('what is said above the changes of a story', () => {
  it('[U13, U16] why somebody is asked comes first, whole, in lines that half an editor shows', () => {
    const long = 'It touches src/a/very/long/path/to/some/file.ts, which review.paths asks a person to look at.';
    const text = textOf({ reasons: [long] });
    assert.ok(text.startsWith('#7 Wave → main\n\nWhy you are asked\n  · It touches'));
    assert.ok(text.replaceAll(/\n {4}/g, ' ').includes(long));
    for (const line of text.split('\n')) assert.ok(line.length <= 60, line);
  });

  it('[U13] says what was looked at before, what was said and what is to come, and no part that is empty', () => {
    const since = { base: BASE, tip: OLD, at: '2026-01-31T14:05:09.000Z' };
    const text = textOf({ since }, { conflicts: [{ number: 9, files: ['a.ts'] }] });
    assert.match(text, /You looked at bbbbbbbb before, and this is\s+cccccccc/);
    assert.match(text, /Conflicts to come\n {2}· #9 in a\.ts/);
    assert.doesNotMatch(text, /Why you are asked|Said about its changes|Criteria/);
  });

  it('[U13] what is new alone does not advise itself, and changes of another commit say so; what has landed asks nothing', () => {
    const since = { base: BASE, tip: OLD, at: '2026-01-31T14:05:09.000Z' };
    const above = (from: string | null, tip: string): string => textOf({ since }, { shown: { from, tip } });
    assert.match(above(null, TIP), /Show What Is New/);
    assert.match(above(OLD, TIP), /^Below is only what came since bbbbbbbb/m);
    assert.match(above(null, OLD), /^Below is bbbbbbbb, and it is at cccccccc/m);
    for (const text of [above(OLD, TIP), above(null, OLD)]) assert.doesNotMatch(text, /Show What Is New/);
    const over = { story: { number: 7, title: 'Wave' }, target: 'main' };
    assert.match(reviewOverText({ ...over, isDone: true }), /^#7 Wave → main\n\nIt has landed\./);
    assert.match(reviewOverText({ ...over, isDone: false }, translate), /Sie ändert jetzt nichts gegenüber main\./);
  });

  it('[U13, U10] says all that in the window’s language, and what is asked of nobody is not there', () => {
    const facts = {
      story: { number: 7, title: 'Wave' },
      target: 'main',
      criteria: [],
      conflicts: [{ number: null, files: ['a.ts'] }],
    };
    const review = {
      base: BASE,
      tip: TIP,
      reasons: ['It deletes the test a.test.ts.'],
      lookedAt: null,
      since: null,
      threads: [],
    };
    const text = reviewText({ ...facts, review }, translate);
    assert.deepEqual(englishIn(text.split('\n').slice(1)), []);
    assert.match(text, /^Warum Sie gefragt werden$/m);
    assert.doesNotMatch(reviewText({ ...facts, review: { ...review, reasons: [] } }), /Approve|asked/);
  });

  it('[U17] titles and words of others show what would not be seen, and cannot begin a part of their own', () => {
    const text = textOf({ reasons: ['It deletes a\u202eb.\nCriteria'] }, { story: { number: 7, title: 'x\u200fy' } });
    assert.match(text, /x\\u\{200f\}y/);
    assert.doesNotMatch(text, /^Criteria/m);
  });
});
