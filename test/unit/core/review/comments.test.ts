import assert from 'node:assert/strict';
import fc from 'fast-check';
import { changeReview, markSent, NO_REVIEW } from '../../../../src/core/review/changeReview';
import {
  hasMovedSince,
  type Review,
  type ReviewChange,
  type ReviewComment,
  type ReviewThread,
} from '../../../../src/core/review/comments';
import { rejectEvidence } from '../../../../src/core/review/evidence';
import { followLines, hunksOf, type FileLines } from '../../../../src/core/review/lineChanges';
import { neededLines, placeThread } from '../../../../src/core/review/placeThreads';

const [BASE, ONE, TWO] = ['a', 'b', 'c'].map((digit) => digit.repeat(40)) as [string, string, string];
const AT = '2026-01-31T14:05:09.000Z';
const place: Omit<ReviewThread, 'id' | 'said' | 'sentAt' | 'settledAt'> = {
  path: 'src/a.ts',
  side: 'story',
  base: BASE,
  tip: ONE,
  line: 5,
  endLine: 6,
  code: 'let x = 1;\nlet y = 2;',
};
const thread = (change: Partial<ReviewThread> = {}): ReviewThread => ({
  ...place,
  id: 't1',
  said: [{ at: AT, text: 'Why two?' }],
  sentAt: null,
  settledAt: null,
  ...change,
});
const file = (hunks: FileLines['hunks'], now: string | null = 'src/a.ts'): FileLines => ({
  path: 'src/a.ts',
  now,
  hunks,
});

function after(...changes: ReviewChange[]): Review {
  return changes.reduce((review, change, index) => {
    const outcome = changeReview(review, change, { at: AT, id: `t${index + 1}` });
    assert.ok(outcome.kind === 'changed', outcome.kind);
    return outcome.review;
  }, NO_REVIEW);
}

describe('comments on what a story changes', () => {
  it('[U13] whether it has moved is asked of what was seen, whatever another window looked at since', () => {
    const review = { lookedAt: TWO, tip: TWO };
    assert.deepEqual(
      [hasMovedSince(review), hasMovedSince(review, ONE), hasMovedSince(review, TWO)],
      [false, true, false],
    );
    assert.equal(hasMovedSince({ ...review, lookedAt: null }), false);
  });

  it('[U13] a comment is kept with its place, its code and the commits it was made on; a reply stands with it', () => {
    const { threads } = after(
      { kind: 'comment', place, text: 'Why two?' },
      { kind: 'reply', thread: 't1', text: 'And so slow?' },
    );
    assert.deepEqual(threads, [
      thread({
        said: [
          { at: AT, text: 'Why two?' },
          { at: AT, text: 'And so slow?' },
        ],
      }),
    ]);
  });

  it('[U13] what was said can be said otherwise and taken back; with the last of it the thread goes', () => {
    const said: ReviewChange = { kind: 'comment', place, text: 'Why two?' };
    const comment = { at: AT, text: 'Why two?' };
    const edit = after(said, { kind: 'edit', thread: 't1', comment, text: 'Why three?' });
    assert.equal(edit.threads[0]?.said[0]?.text, 'Why three?');
    assert.deepEqual(after(said, { kind: 'edit', thread: 't1', comment, text: null }).threads, []);
    assert.equal(changeReview(NO_REVIEW, { kind: 'settle', thread: 't9' }, { at: AT, id: 'x' }).kind, 'refused');
  });

  it('[U13] a comment that is changed while another window takes one away, or changes it, is that one and no other', () => {
    const [a, b, c] = ['A', 'B', 'C'].map((text) => ({ at: AT, text }));
    const before = { looks: [], threads: [thread({ said: [a!, b!, c!] })] };
    const does = (review: Review, comment: ReviewComment, text: string | null): Review => {
      const outcome = changeReview(review, { kind: 'edit', thread: 't1', comment, text }, { at: AT, id: 'x' });
      assert.ok(outcome.kind === 'changed');
      return outcome.review;
    };
    const said = does(does(before, a!, null), b!, 'B, said otherwise').threads[0]?.said;
    assert.deepEqual(said?.map(({ text }) => text), ['B, said otherwise', 'C']);
    for (const text of [null, 'b']) {
      const change = { kind: 'edit', thread: 't1', comment: b!, text: 'mine' } as const;
      assert.equal(changeReview(does(before, b!, text), change, { at: AT, id: 'x' }).kind, 'refused');
    }
  }); // prettier-ignore

  it('[U13] what has gone to the coder goes again once somebody replies to it or opens it again', () => {
    const sent = markSent({ looks: [], threads: [thread()] }, ['t1'], AT);
    assert.equal(placeThread(sent.threads[0]!, ONE, () => undefined).state, 'sent');
    for (const change of [
      { kind: 'reply', thread: 't1', text: 'Still' },
      { kind: 'reopen', thread: 't1' },
    ] as const) {
      const outcome = changeReview(sent, change, { at: AT, id: 'x' });
      assert.ok(outcome.kind === 'changed');
      assert.equal(placeThread(outcome.review.threads[0]!, ONE, () => undefined).state, 'open');
    }
  });

  it('[U13] looks are kept by their tips, each once, the last one last', () => {
    const looked = (tip: string): ReviewChange => ({ kind: 'looked', base: BASE, tip });
    assert.deepEqual(
      after(looked(ONE), looked(TWO), looked(ONE)).looks.map(({ tip }) => tip),
      [TWO, ONE],
    );
  });
});

describe('where a comment stands now', () => {
  it('[U13] reads hunks by their counts: a line inside one that looks like a header is content', () => {
    const patch = '@@ -3 +3,2 @@\n-@@ -9,9 +9,9 @@\n+one\n+two\n\\ No newline at end of file\n@@ -7,0 +9 @@\n+three\n';
    assert.deepEqual(hunksOf(patch), [
      { oldStart: 3, oldCount: 1, newStart: 3, newCount: 2 },
      { oldStart: 7, oldCount: 0, newStart: 9, newCount: 1 },
    ]);
  });

  it('[U13] lines that nobody touched move with what was put in and taken out above them', () => {
    const range = { line: 5, endLine: 6 };
    const above = { oldStart: 1, oldCount: 2, newStart: 1, newCount: 5 };
    const before = { oldStart: 4, oldCount: 0, newStart: 5, newCount: 1 };
    const behind = { oldStart: 6, oldCount: 0, newStart: 7, newCount: 3 };
    const below = { oldStart: 7, oldCount: 1, newStart: 7, newCount: 0 };
    assert.deepEqual(followLines(range, [above]), { line: 8, endLine: 9, touched: false });
    assert.deepEqual(followLines(range, [before]), { line: 6, endLine: 7, touched: false });
    for (const one of [behind, below])
      assert.deepEqual(followLines(range, [one]), { line: 5, endLine: 6, touched: false });
  });

  it('[U13] a line that was changed, taken out, or parted from the next one is answered', () => {
    for (const hunk of [
      { oldStart: 5, oldCount: 1, newStart: 5, newCount: 1 },
      { oldStart: 6, oldCount: 3, newStart: 5, newCount: 0 },
      { oldStart: 5, oldCount: 0, newStart: 6, newCount: 1 },
    ]) {
      const shown = placeThread(thread({ sentAt: AT }), TWO, () => file([hunk]));
      assert.equal(shown.state, 'answered');
      assert.ok(shown.now !== null && shown.now.line >= 1 && shown.now.endLine >= shown.now.line);
    }
  });

  it('[U13] follows a file that was renamed, and says where the file is gone', () => {
    const moved = placeThread(thread(), TWO, () => file([], 'src/b.ts'));
    assert.deepEqual([moved.state, moved.now], ['open', { path: 'src/b.ts', side: 'story', line: 5, endLine: 6 }]);
    const gone = placeThread(thread(), TWO, () => file([], null));
    assert.deepEqual([gone.state, gone.now], ['answered', null]);
  });

  it('[U13] a comment on lines that the story took out is answered where what is in their place changes', () => {
    const taken = thread({ side: 'base' });
    const out = file([{ oldStart: 5, oldCount: 2, newStart: 4, newCount: 0 }]);
    assert.deepEqual(
      neededLines([taken], TWO).map(({ from, to }) => [from, to]),
      [
        [ONE, TWO],
        [BASE, ONE],
      ],
    );
    const back = file([{ oldStart: 4, oldCount: 0, newStart: 5, newCount: 2 }]);
    const elsewhere = file([{ oldStart: 40, oldCount: 1, newStart: 40, newCount: 1 }]);
    assert.equal(placeThread(taken, TWO, (from) => (from === BASE ? out : elsewhere)).state, 'open');
    const near = file([{ oldStart: 4, oldCount: 1, newStart: 4, newCount: 2 }]);
    assert.equal(placeThread(taken, TWO, (from) => (from === BASE ? out : near)).state, 'answered');
    assert.notEqual(placeThread(taken, TWO, (from) => (from === BASE ? out : back)).now, null);
  });

  it('[U13] where git cannot tell, nothing counts as answered', () => {
    assert.equal(placeThread(thread(), TWO, () => null).state, 'open');
  });

  it('[U13] a place is always one of a file, whatever changed', () => {
    const number = fc.integer({ min: 0, max: 30 });
    const hunk = fc.record({ oldStart: number, oldCount: number, newStart: number, newCount: number });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), number, fc.array(hunk, { maxLength: 4 }), (line, more, hunks) => {
        const found = followLines(
          { line, endLine: line + more },
          hunks.toSorted((a, b) => a.oldStart - b.oldStart),
        );
        if (found.touched) assert.ok(found.line >= 1 && found.endLine >= found.line);
      }),
    );
  });
});

describe('what goes to the coder with a Reject', () => {
  const shown = (change: Partial<ReviewThread>, state: 'open' | 'sent' | 'answered' | 'settled') => ({
    ...thread(change),
    state,
    now: { path: change.path ?? 'src/a.ts', side: 'story' as const, line: 5, endLine: 6 },
  });

  it('[U13] is what the person says, and each comment with its file, its lines and the code', () => {
    const { summary, files, text, threads } = rejectEvidence('Please tidy it up', [shown({}, 'open')]);
    assert.equal(summary, 'Review: Please tidy it up\n\nAnd 1 comment in src/a.ts.');
    assert.deepEqual([files, threads], [['src/a.ts'], ['t1']]);
    assert.equal(text, 'src/a.ts, lines 5 to 6, at bbbbbbbb:\n    | let x = 1;\n    | let y = 2;\n    Why two?');
  });

  it('[U13] is not what was answered or put aside; what was said before and not done goes again, and says so', () => {
    const { text, threads } = rejectEvidence('', [
      shown({ id: 'a' }, 'answered'),
      shown({ id: 'b' }, 'settled'),
      shown({ id: 'c', sentAt: AT }, 'sent'),
    ]);
    assert.deepEqual(threads, ['c']);
    assert.match(text ?? '', /This was said before, and the lines are as they were\./);
    assert.deepEqual(rejectEvidence('', [shown({}, 'answered')]), {
      summary: 'Review asked for changes.',
      files: [],
      text: null,
      threads: [],
    });
  });

  it('[U13, U17] words and code of others stay inside it, and names that would hide show their characters', () => {
    const { text } = rejectEvidence('', [
      shown({ path: 'a\u202eb.ts', code: '```\nnow', said: [{ at: AT, text: 'x\n\ny' }] }, 'open'),
    ]);
    assert.match(text ?? '', /^a\\u\{202e\}b\.ts/);
    for (const line of (text ?? '').split('\n').slice(1)) assert.match(line, /^ {4}/);
  });
});
