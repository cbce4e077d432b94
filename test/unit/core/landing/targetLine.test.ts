import assert from 'node:assert/strict';
import fc from 'fast-check';
import { searchRed, type LineVerdict, type RedSearch } from '../../../../src/core/landing/targetLine';

/** Proves what the search asks for until it is over, on a line that is red from its tip back to `firstRed`. */
function search(length: number, firstRed: number, known: readonly number[] = []): { end: RedSearch; runs: number } {
  const truth = (at: number): LineVerdict => (at <= firstRed ? 'red' : 'green');
  const verdicts = Array.from({ length }, (_, at) => (at === 0 || known.includes(at) ? truth(at) : 'unknown'));
  for (let runs = 0; ; runs++) {
    const end = searchRed(verdicts);
    if (end.kind !== 'searching') return { end, runs };
    assert.equal(verdicts[end.next], 'unknown', 'nothing is proven twice');
    verdicts[end.next] = truth(end.next);
  }
}

describe('where the target became red', () => {
  it('[MQ6] the first red commit is found on every line, with about as many runs as halving needs', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 64 }), fc.nat(), fc.array(fc.nat({ max: 63 })), (length, seed, known) => {
        const firstRed = seed % (length - 1);
        const { end, runs } = search(
          length,
          firstRed,
          known.filter((at) => at < length),
        );
        assert.deepEqual(end, { kind: 'found', first: firstRed });
        const green = Math.min(length, ...known.filter((at) => at > firstRed));
        const most = Math.max(2 * Math.ceil(Math.log2(firstRed + 2)), Math.ceil(Math.log2(green)));
        assert.ok(runs <= most, `${runs} runs for place ${firstRed}, ${most} allowed`);
      }),
    );
  });

  it('[MQ6] what the ledger knows costs no run', () => {
    assert.deepEqual(search(10, 3, [3, 4]), { end: { kind: 'found', first: 3 }, runs: 0 });
  });

  it('[MQ6] a line that is red to its end says how far back it is known to be', () => {
    assert.deepEqual(search(5, 4).end, { kind: 'lost', earliest: 4 });
    assert.deepEqual(search(1, 0).end, { kind: 'lost', earliest: 0 });
  });
});
