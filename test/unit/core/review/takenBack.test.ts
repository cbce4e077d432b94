import assert from 'node:assert/strict';
import {
  isCovered,
  takenBackPaths,
  takenBackReasons,
  type PathChange,
  type TakenBack,
  type TakenBackFacts,
} from '../../../../src/core/review/takenBack';
import { twinsMet } from '../../../../src/core/review/twins';

const change = (path: string, from: string | null, to: string | null): PathChange => ({
  path,
  oldMode: from === null ? '000000' : '100644',
  oldOid: from ?? '0',
  newMode: to === null ? '000000' : '100644',
  newOid: to ?? '0',
});
const found = (facts: Partial<TakenBackFacts>): string[] =>
  takenBackPaths({ landing: [], since: [], oneSided: [], ...facts }).map(({ whose, path }) => `${whose} ${path}`);

describe('what a landing takes back', () => {
  it('[MQ25] is a path that becomes again what it was when the story left the target', () => {
    const since = [[change('a', '1', '2'), change('b', null, '3'), change('c', '4', null), change('d', '5', '6')]];
    assert.deepEqual(found({ since, landing: [change('a', '2', '1')] }), ['target a']);
    assert.deepEqual(found({ since, landing: [change('b', '3', null)] }), ['target b']);
    assert.deepEqual(found({ since, landing: [change('c', null, '4')] }), ['target c']);
    assert.deepEqual(found({ since, landing: [change('d', '6', '7'), change('e', null, '9')] }), []);
  });

  it('[MQ25] is not a file that moved, nor one whose mode alone is another', () => {
    const since = [[change('d/new', null, '3')]];
    assert.deepEqual(found({ since, landing: [change('d/new', '3', null), change('e/new', null, '3')] }), []);
    const mode = [{ ...change('a', '1', '2'), oldMode: '100755' }];
    assert.deepEqual(found({ since: [mode], landing: [change('a', '2', '1')] }), []);
  });

  it('[MQ10, MQ25] a name that differs from one of the target’s in case alone meets it where the story has not seen that', () => {
    assert.deepEqual(twinsMet(['README.txt', 'Docs/a'], [['readme.txt', 'docs/b', 'x'], ['readme.txt', 'docs/b']]), [['README.txt', 'readme.txt'], ['Docs', 'docs']]);
    assert.deepEqual(twinsMet(['README.txt'], [['readme.txt'], ['x']]), []);
    assert.deepEqual(twinsMet(['A', 'a'], [['x']]), []);
    assert.deepEqual(twinsMet(['A'], []), []);
  }); // prettier-ignore

  it('[MQ25] counts what a merge dropped only while the landing still lacks it', () => {
    const dropped = [
      { path: 'a', dropped: 'target' },
      { path: 'b', dropped: 'story' },
    ] as const;
    assert.deepEqual(found({ oneSided: dropped, landing: [change('a', '1', '2')] }), ['target a', 'story b']);
    assert.deepEqual(found({ oneSided: dropped, landing: [change('b', '1', '2')] }), []);
  });

  it('[MQ25] is said with who had landed it, many files together', () => {
    const one = (path: string, number: number | null): TakenBack => ({
      path,
      whose: 'target',
      by: { commit: 'c'.repeat(40), subject: 'Sign\nin', number },
    });
    assert.deepEqual(takenBackReasons([one('a', 3), one('b', null), { path: 'c', whose: 'target', by: null }]), [
      'It takes back a, which #3 had landed (Sign\\u{a}in).',
      'It takes back b, which cccccccc had landed (Sign\\u{a}in).',
      'It takes back c, which had landed since the story began.',
    ]);
    const many = ['a', 'b', 'c', 'd', 'e', 'f'].map((path, index) => one(path, index % 2));
    assert.deepEqual(takenBackReasons(many), ['It takes back 6 files (a, b and 4 more), which #0 and #1 had landed.']);
  });

  it('[MQ10, MQ25] names that meet others are said one by one up to five, then together', () => {
    const twins = ['A', 'B', 'C', 'D', 'E', 'F'].map((path): TakenBack => ({ path, whose: 'story', by: null, twin: path.toLowerCase() })); // prettier-ignore
    const form = 'in case or Unicode form only: where that does not count, one hides the other.';
    assert.equal(takenBackReasons(twins.slice(1))[0], `It adds B, which differs from b ${form}`);
    assert.equal(takenBackReasons(twins.slice(1)).length, 5);
    assert.deepEqual(takenBackReasons(twins), [`It adds A, B and 4 more, which differ from others ${form}`]);
  });

  it('[MQ25] is agreed to only by who saw every path of it', () => {
    const paths = [{ path: 'a' }, { path: 'b' }];
    assert.equal(isCovered(paths, new Set(['a', 'b', 'c'])), true);
    assert.equal(isCovered(paths, new Set(['a'])), false);
  });
});
