import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  meetingPairs,
  pairName,
  pairsToAsk,
  predictConflicts,
  type Comparison,
  type InFlight,
  type PathChange,
} from '../../../../src/core/landing/radar';
import { touchEachOther } from '../../../../src/core/landing/touching';

const oid = (digit: string): string => digit.repeat(40);
const TARGET = oid('f');
const story = (key: string, ...changes: readonly (string | PathChange)[]): InFlight => ({
  key,
  state: oid(key),
  changes: changes.map((one) => (typeof one === 'string' ? { path: one, how: 'changed' } : one)),
});
const known = (...answers: readonly [string, string, Comparison][]): Map<string, Comparison> =>
  new Map(answers.map(([one, other, answer]) => [pairName({ one: oid(one), other: oid(other) }), answer]));
const conflict = (...files: string[]): Comparison => ({ kind: 'conflict', files });
const names = (pairs: readonly (readonly [InFlight, InFlight])[]): string[] =>
  pairs.map(([a, b]) => `${a.key}${b.key}`);

describe('the conflict radar', () => {
  it('[MQ13] asks only about stories whose changes touch, each with the target, and nothing twice', () => {
    const stories = [story('a', 'x.ts'), story('b', 'x.ts', 'y.ts'), story('c', 'z.ts'), story('d')];
    const pairs = pairsToAsk(stories, TARGET, new Map());
    assert.deepEqual(pairs.map(({ one, other }) => `${one.charAt(0)}${other.charAt(0)}`), ['fa', 'fb', 'fc', 'ab']); // prettier-ignore
    const answered = new Map(pairs.map((pair) => [pairName(pair), { kind: 'clean' } as const]));
    assert.deepEqual(pairsToAsk(stories, TARGET, answered), []);
    assert.equal(pairName({ one: oid('a'), other: oid('b') }), pairName({ one: oid('b'), other: oid('a') }));
  });

  it('[MQ13] a file in the place of a folder, and a new file in a folder that another story moves, are asked about', () => {
    assert.deepEqual(names(meetingPairs([story('a', 'lib'), story('b', 'lib/x.ts')])), ['ab']);
    const mover = story('a', { path: 'old/x.ts', how: 'removed' }, { path: 'new/x.ts', how: 'added' });
    assert.deepEqual(names(meetingPairs([mover, story('b', { path: 'old/deep/y.ts', how: 'added' })])), ['ab']);
    assert.deepEqual(names(meetingPairs([mover, story('b', 'old/y.ts')])), []);
  });

  it('[MQ13] misses no pair whose paths touch', () => {
    const segment = fc.constantFrom('a', 'b', 'c');
    const path = fc.array(segment, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
    const change = fc.record({ path, how: fc.constantFrom('added', 'removed', 'changed') });
    const stories = fc.array(fc.array(change, { maxLength: 4 }), { minLength: 2, maxLength: 4 });
    fc.assert(
      fc.property(stories, (all) => {
        const inFlight = all.map((changes, at) => story('abcd'.charAt(at), ...changes));
        const found = new Set(names(meetingPairs(inFlight)));
        for (const [at, a] of inFlight.entries()) {
          for (const b of inFlight.slice(at + 1)) {
            const touches = touchEachOther(a.changes.map((one) => one.path), b.changes.map((one) => one.path)); // prettier-ignore
            if (touches) assert.ok(found.has(`${a.key}${b.key}`));
          }
        }
      }),
    );
  });

  it('[MQ13] names both stories with their files, and the target', () => {
    const stories = [story('a', 'x.ts'), story('b', 'x.ts'), story('c', 'z.ts')];
    const answers = known(['a', 'b', conflict('x.ts')], ['f', 'c', conflict('z.ts')], ['f', 'a', { kind: 'clean' }]);
    assert.deepEqual(predictConflicts(stories, TARGET, answers), [
      { one: 'c', other: null, files: ['z.ts'] },
      { one: 'a', other: 'b', files: ['x.ts'] },
    ]);
  });

  it('[MQ13] what conflicts with the target already is not blamed on a story that is built on it', () => {
    const stories = [story('a', 'x.ts', 'y.ts'), story('b', 'x.ts', 'y.ts')];
    const both = known(['f', 'a', conflict('x.ts')], ['a', 'b', conflict('x.ts')]);
    assert.deepEqual(predictConflicts(stories, TARGET, both), [{ one: 'a', other: null, files: ['x.ts'] }]);
    const more = known(['f', 'a', conflict('x.ts')], ['a', 'b', conflict('x.ts', 'y.ts')]);
    assert.deepEqual(predictConflicts(stories, TARGET, more).at(1), { one: 'a', other: 'b', files: ['y.ts'] });
  });

  it('[MQ13] a conflict that names no file is one, and what git could not say is none', () => {
    const stories = [story('a', 'x.ts'), story('b', 'x.ts')];
    assert.deepEqual(predictConflicts(stories, TARGET, known(['a', 'b', conflict()])), [{ one: 'a', other: 'b', files: [] }]); // prettier-ignore
    assert.deepEqual(predictConflicts(stories, TARGET, known(['a', 'b', { kind: 'unknown' }])), []);
  });
});
