import assert from 'node:assert/strict';
import fc from 'fast-check';
import { estimatedHeight, indexAt, offsetsOf, rangeBetween, rangeToRender } from '../../media/board/geometry';
import { piecesOf } from '../../media/board/pieces';
import { makeCard } from './support/sampleModel';

const someHeights = fc.array(fc.integer({ min: 40, max: 200 }), { minLength: 1, maxLength: 300 });

describe('which cards of a long column are drawn', () => {
  it('[U2] the card at a position is the one that covers it', () => {
    fc.assert(
      fc.property(someHeights, fc.double({ min: 0, max: 1, noNaN: true }), (heights, part) => {
        const offsets = offsetsOf(heights);
        const position = part * ((offsets.at(-1) ?? 0) - 1);
        const index = indexAt(offsets, position);
        assert.ok(offsets[index]! <= position && position < offsets[index + 1]!);
      }),
    );
  });

  it('[U2] what is visible is drawn, with some to spare', () => {
    const offsets = offsetsOf(Array.from({ length: 1_000 }, () => 100));
    assert.deepEqual(rangeBetween(offsets, 250, 450), { start: 2, end: 5 });
    assert.deepEqual(rangeToRender(offsets, 10_000, 800), { start: 95, end: 113 });
    assert.deepEqual(rangeToRender(offsets, 0, 800).start, 0);
    assert.deepEqual(rangeToRender(offsets, 99_900, 800).end, 1_000);
    assert.deepEqual(rangeToRender(offsetsOf([]), 0, 800), { start: 0, end: 0 });
  });

  it('[U2] cards and gaps together are always as high as the whole list', () => {
    fc.assert(
      fc.property(someHeights, fc.nat(299), fc.nat(20), fc.nat(299), (heights, from, size, active) => {
        const keys = heights.map((_, index) => `key-${index}`);
        const offsets = offsetsOf(heights);
        const start = Math.min(from, keys.length);
        const range = { start, end: Math.min(keys.length, start + size) };
        const pieces = piecesOf(keys, offsets, range, keys[active] ?? null);
        const height = (key: string) => heights[keys.indexOf(key)]!;
        const sum = pieces.reduce((total, one) => total + (one.kind === 'gap' ? one.height : height(one.key)), 0);
        assert.equal(sum, offsets.at(-1));
        const drawn = pieces.flatMap((piece) => (piece.kind === 'card' ? [piece.key] : []));
        if (active < keys.length) assert.ok(drawn.includes(`key-${active}`));
        const gaps = pieces.flatMap((piece) => (piece.kind === 'gap' ? [piece.id] : []));
        assert.equal(new Set(gaps).size, gaps.length);
      }),
    );
  });

  it('[U2] a card that says more is guessed higher', () => {
    const plain = makeCard(1);
    assert.ok(estimatedHeight({ ...plain, why: 'Behind #2.' }) > estimatedHeight(plain));
    assert.ok(estimatedHeight(undefined) > 0);
  });
});
