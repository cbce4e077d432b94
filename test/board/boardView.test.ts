import assert from 'node:assert/strict';
import fc from 'fast-check';
import { activeKey, placeOf, viewOf } from '../../media/board/boardView';
import { matchesFilter, readFilter } from '../../media/board/filter';
import { menuEntries, typeAhead } from '../../media/board/menuEntries';
import { isStep, stepFrom, STEPS } from '../../media/board/navigation';
import { readSavedState } from '../../media/board/savedState';
import { setStrings, t } from '../../media/board/strings';
import { ACTION_IDS } from '../../src/core/board/actions';
import { frozenCard, makeCard, makeModel, sampleCards } from './support/sampleModel';

const WHOLE = { text: '', pill: 'all', folded: [] } as const;

function numbersFor(text: string): number[] {
  const cards = [...sampleCards(), frozenCard()];
  return cards.filter((card) => matchesFilter(card, readFilter(text))).map(({ number }) => number);
}

describe('what the board makes of its model', () => {
  const filters: readonly [string, readonly number[]][] = [
    ['SESSION', [26, 31, 29]],
    ['session attempts', [31]],
    ['"keep sessions"', [26]],
    ['#26', [26]],
    ['#2', []],
    ['label:bill', [36]],
    ['label:"bill"', [36]],
    ['agent:open', [34]],
    ['agent:test', []],
    ['bug zone', [32]],
    ['type<>&', []],
  ];
  for (const [text, numbers] of filters) {
    it(`[U2] the filter ${text} finds ${numbers.length === 0 ? 'nothing' : numbers.join(', ')}`, () => {
      assert.deepEqual(numbersFor(text), numbers);
    });
  }

  it('[U2] a half-typed filter hides nothing', () => {
    for (const text of ['', '  ', '#', 'label:', 'agent:', '"', 'label:"']) {
      assert.equal(numbersFor(text).length, sampleCards().length + 1, text);
    }
  });

  it('[U2] any text is a filter: one more word never shows a card that was hidden', () => {
    fc.assert(
      fc.property(fc.string(), fc.stringMatching(/^[a-z]{1,3}$/), (text, word) => {
        const wide = numbersFor(text);
        // A quote that is still open would take the word for a part of its own.
        const narrow = numbersFor(`${text.replaceAll('"', '')} ${word}`);
        assert.deepEqual(
          narrow.filter((number) => !numbersFor(text.replaceAll('"', '')).includes(number)),
          [],
        );
        assert.deepEqual(
          wide.filter((number) => !numbersFor('').includes(number)),
          [],
        );
      }),
    );
    const anyTitle = fc.constantFrom(...sampleCards().map(({ number, title }) => ({ number, title })));
    fc.assert(
      fc.property(anyTitle, fc.nat(40), fc.nat(40), ({ number, title }, from, length) => {
        const part = title.slice(from, from + length).replaceAll('"', '');
        assert.ok(numbersFor(`"${part}`).includes(number), part);
      }),
    );
  });

  it('[U2] a key without a card is left out', () => {
    const model = makeModel([makeCard(1)]);
    const view = viewOf({ ...model, columns: { ...model.columns, Backlog: ['gone', 'key-1'] } }, WHOLE);
    assert.deepEqual(view.columns[0]!.keys, ['key-1']);
    assert.equal(view.columns[0]!.total, 1);
  });

  it('[U2] steps never leave the board, and stay where there is nothing', () => {
    const view = viewOf(makeModel([...sampleCards(), frozenCard()]), WHOLE);
    const keys = [...view.cards.keys()];
    fc.assert(
      fc.property(fc.constantFrom(...keys), fc.array(fc.constantFrom(...STEPS)), (from, steps) => {
        const end = steps.reduce((key, step) => stepFrom(view, key, step), from);
        assert.notEqual(placeOf(view, end), null);
      }),
    );
    assert.equal(stepFrom(view, 'gone', 'ArrowUp'), 'gone');
    assert.equal(isStep('PageUp'), false);
  });

  it('[U2] sideways steps go over empty columns to the nearest card', () => {
    const done = (number: number) => makeCard(number, { stage: 'Done', column: 'Done', group: 'Done' });
    const view = viewOf(makeModel([makeCard(1), makeCard(2), makeCard(3), done(4)]), WHOLE);
    assert.equal(stepFrom(view, 'key-3', 'ArrowRight'), 'key-4');
    assert.equal(stepFrom(view, 'key-4', 'ArrowLeft'), 'key-1');
    assert.equal(stepFrom(view, 'key-4', 'ArrowRight'), 'key-4');
  });

  it('[U2] the neighbour takes the place of an active card that is gone', () => {
    const before = viewOf(makeModel([makeCard(1), makeCard(2), makeCard(3)]), WHOLE);
    const after = viewOf(makeModel([makeCard(1), makeCard(3)]), WHOLE);
    assert.equal(activeKey(after, 'key-2', placeOf(before, 'key-2')), 'key-3');
    assert.equal(activeKey(after, 'key-3', placeOf(before, 'key-3')), 'key-3');
    assert.equal(activeKey(viewOf(makeModel([]), WHOLE), 'key-2', null), null);
  });

  it('[B3] the menu offers everything a card allows, the sensible next steps first', () => {
    const card = sampleCards().find(({ number }) => number === 31)!;
    const labels = menuEntries([card], 'actions').map(({ label }) => label);
    assert.deepEqual(labels.slice(0, 5), ['Open', 'Fix Up', 'Resolve Conflicts…', 'Retry Merge', 'Freeze']);
    assert.equal(new Set(labels).size, labels.length);
    assert.equal(menuEntries([makeCard(1, { moves: [] })], 'actions').some(({ label }) => label === 'Move to Stage…'), false); // prettier-ignore
  });

  it('[B3] the menu has the parts of the menu of a row: next steps, looking, moving, describing, and at the end what takes it away', () => {
    const entries = menuEntries([makeCard(1, { actions: [...ACTION_IDS].reverse(), primaryActions: ['start'] })], 'actions'); // prettier-ignore
    const parts = new Map<number, string[]>();
    for (const { group, label } of entries) parts.set(group, [...(parts.get(group) ?? []), label]);
    assert.deepEqual([...parts.keys()], [0, 1, 2, 3, 4], 'each part once, in its place');
    assert.deepEqual(parts.get(0)?.slice(0, 2), ['Open', 'Start']);
    assert.deepEqual(parts.get(1), [
      'Compare Race',
      'Open Worktree…',
      'Open Diff',
      'Show Output',
      'Open Transcript',
      'Show Timeline',
      'Why Not Landed?',
    ]);
    assert.equal(parts.get(2)?.[0], 'Move to Stage…');
    assert.deepEqual(parts.get(3), ['Rename Story…', 'Set Priority…', 'Set Labels…', 'Depends On…', 'Choose Agent…']);
    assert.deepEqual(parts.get(4), ['Archive', 'Abandon…', 'Delete…']);
  });

  it('[U2] a letter goes to the next entry that begins with it', () => {
    assert.equal(typeAhead(['Open', 'Fix Up', 'Freeze'], 1, 'F'), 2);
    assert.equal(typeAhead(['Open', 'Fix Up', 'Freeze'], 2, 'f'), 1);
    assert.equal(typeAhead(['Open'], 0, 'x'), 0);
    assert.equal(typeAhead([], -1, 'x'), -1);
  });

  it('[U2] any saved state is read or replaced', () => {
    const nothing = { text: '', pill: 'all', folded: ['Frozen', 'Archived'], active: null, anchors: {} };
    fc.assert(fc.property(fc.anything(), (value) => assert.deepEqual(readSavedState(value), nothing)));
    assert.deepEqual(readSavedState({ ...nothing, text: 7 }), nothing);
    const saved = {
      text: 'a',
      pill: 'running',
      folded: [],
      active: 'key-1',
      anchors: { Backlog: { key: 'key-1', delta: 3 } },
    };
    assert.deepEqual(readSavedState(saved), saved);
  });

  it('[U10] a text is localised, with its values in place, and English where there is none', () => {
    setStrings({ 'Move #{0} to': '#{0} verschieben nach' });
    assert.equal(t('Move #{0} to', 42), '#42 verschieben nach');
    setStrings({});
    assert.equal(t('{0} of {1}', 3, 18), '3 of 18');
    assert.equal(t('{0} of {1}', 3), '3 of {1}');
    assert.equal(t('constructor'), 'constructor');
  });
});
