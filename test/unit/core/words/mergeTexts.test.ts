import assert from 'node:assert/strict';
import fc from 'fast-check';
import { mergeTexts } from '../../../../src/core/words/mergeTexts';
import { textEdits, type TextEdit } from '../../../../src/core/words/textEdits';

const letters = ['a', 'b', ' ', '\n', '\r\n', 'é', '😀', '- [ ] ', 'word'];
const text = fc.array(fc.constantFrom(...letters), { maxLength: 40 }).map((parts) => parts.join(''));
const anyText = fc.oneof(text, fc.string({ unit: 'binary', maxLength: 60 }));

/** A writer who inserts text of their own and takes parts away; what they insert can be told from all else. */
function writer(
  marks: string,
): fc.Arbitrary<(base: string) => { text: string; inserted: { at: number; text: string }[] }> {
  const mark = fc.string({ unit: fc.constantFrom(...Array.from(marks)), minLength: 1, maxLength: 5 });
  const step = fc.record({ at: fc.nat(1000), gone: fc.nat(6), mark: fc.option(mark, { nil: '' }) });
  return fc.array(step, { maxLength: 4 }).map((steps) => (base) => {
    const points = Array.from(base);
    const inserted: { at: number; text: string }[] = [];
    const at = [...new Set(steps.map((one) => one.at % (points.length + 1)))].sort((a, b) => b - a);
    at.forEach((place, index) => {
      const { gone, mark: written } = steps[index]!;
      const most = index === 0 ? points.length - place : Math.max(0, at[index - 1]! - place - 1);
      points.splice(place, Math.min(gone, most), written);
      if (written !== '') inserted.push({ at: place, text: written });
    });
    return { text: points.join(''), inserted };
  });
}

/** Applies edits that are in order and apart from each other. */
function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let at = 0;
  const parts = edits.map((edit) => {
    const part = `${text.slice(at, edit.start)}${edit.text}`;
    at = edit.end;
    return part;
  });
  return `${parts.join('')}${text.slice(at)}`;
}

describe('Texts that two have written', () => {
  it('[S4] edits make the one text of the other, each as small as can be and none dividing a character', () => {
    fc.assert(
      fc.property(anyText, anyText, (from, to) => {
        const edits = textEdits(from, to);
        assert.equal(applyEdits(from, edits), to);
        for (const { start, end } of edits)
          for (const at of [start, end])
            assert.ok(!/^[\ud800-\udbff][\udc00-\udfff]$/.test(from.slice(at - 1, at + 1)));
        if (from === to) assert.deepEqual(edits, []);
      }),
      { numRuns: 2000 },
    );
  });

  it('[S4] whatever either writer inserted is there afterwards, in one piece', () => {
    fc.assert(
      fc.property(text, writer('XYZ'), writer('123'), (base, first, second) => {
        const [mine, theirs] = [first(base), second(base)];
        const merged = mergeTexts(base, mine.text, theirs.text);
        for (const one of [...mine.inserted, ...theirs.inserted]) assert.ok(merged.includes(one.text), one.text);
      }),
      { numRuns: 3000 },
    );
  });

  it('[S4] edits that do not touch are both made, to the letter', () => {
    fc.assert(
      fc.property(text, text, writer('XYZ'), writer('123'), (head, tail, first, second) => {
        const hinge = '\n=====\n';
        const merged = mergeTexts(
          head + hinge + tail,
          first(head).text + hinge + tail,
          head + hinge + second(tail).text,
        );
        assert.equal(merged, first(head).text + hinge + second(tail).text);
      }),
      { numRuns: 3000 },
    );
  });

  it('[S4] letters that two insertions have in common by chance are there twice', () => {
    assert.equal(mergeTexts('Fix the bug', 'Fix the bugs', 'Fix the bug in commands'), 'Fix the bug in commandss');
    assert.equal(mergeTexts('a', 'a1', 'a10'), 'a101');
    assert.equal(mergeTexts('', 'A whole line\n', 'A whole line\nand more'), 'A whole line\nand more');
  });

  it('[S4] who changed nothing changes nothing, and a change that both made is made once', () => {
    fc.assert(
      fc.property(anyText, anyText, (base, changed) => {
        assert.equal(mergeTexts(base, changed, base), changed);
        assert.equal(mergeTexts(base, base, changed), changed);
        assert.equal(mergeTexts(base, changed, changed), changed);
      }),
    );
    assert.equal(
      mergeTexts('- [ ] one\n- [ ] two', '- [x] one\n- [ ] two', '- [x] one\n- [x] two'),
      '- [x] one\n- [x] two',
    );
  });

  it('[S4] a save that is sent again, after the first one was merged with others, adds nothing', () => {
    fc.assert(
      fc.property(text, text, writer('XYZ'), writer('123'), (head, tail, first, second) => {
        const hinge = '\n=====\n';
        const base = head + hinge + tail;
        const mine = head + hinge + first(tail).text;
        const stored = mergeTexts(base, mine, second(head).text + hinge + tail);
        assert.equal(mergeTexts(base, mine, stored), stored);
      }),
      { numRuns: 3000 },
    );
  });

  it('[S4] the order in which edits arrive takes nothing away', () => {
    const [base, mine, theirs] = ['one two three', 'one 2 three!', 'zero, one two three'];
    assert.equal(mergeTexts(base, mine, theirs), 'zero, one 2 three!');
    assert.equal(mergeTexts(base, theirs, mine), 'zero, one 2 three!');
    assert.equal(mergeTexts('a\n', 'a\nmine\n', 'a\ntheirs\n'), 'a\ntheirs\nmine\n');
    assert.equal(mergeTexts('keep drop keep', 'keep keep', 'keep dr-in-op keep'), 'keep -in-keep');
  });

  it('[S4] texts of a megabyte that have nothing in common are merged as well', () => {
    const page = (seed: number): string =>
      Array.from(
        { length: 20_000 },
        (_, line) => `${(line * 7919 + seed) % 104_729} of ${seed}, line ${line * seed}\n`,
      ).join('');
    const [base, mine, theirs] = [page(3), page(5), `${page(3)}the end`];
    assert.equal(mergeTexts(base, mine, theirs), `${mine}the end`);
  });
});
