import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  findHalfWritten,
  recoveredKey,
  type KnownStories,
  type Remains,
} from '../../../../src/core/recovery/halfWritten';
import { readRecovered } from '../../../../src/core/recovery/recoveredStory';
import { storyNumber } from '../../store/storeFixtures';

const AT = '2026-01-02T11:30:00.000Z';

function remains(key: string, number: number | null = null): Remains {
  return { key, number, title: key, bytes: 10, changedAt: AT, row: null };
}

function known(change: Partial<KnownStories> = {}): KnownStories {
  return { isStory: () => false, isRestorable: () => false, graves: [], ...change };
}

const found = (all: readonly Remains[], about = known(), numbers: ReadonlySet<number> | null = null): string[] =>
  findHalfWritten(all, about, numbers).items.map((item) => `${item.class} ${item.key}`);

describe('finding half-written stories', () => {
  it('[R1] what has the key or the number of a deleted story is a tombstoned half-write; the rest never had an entry', () => {
    const graves = [{ key: 'a', number: 1, at: AT }];
    assert.deepEqual(found([remains('c', 3), remains('b', 1), remains('a', 9), remains('d')], known({ graves })), [
      'tombstoned b',
      'tombstoned a',
      'stale c',
      'stale d',
    ]);
  });

  it('[R1, S8] a story, and a deleted one that can still be restored, are no half-writes', () => {
    const about = known({
      isStory: (key) => key === 'story',
      isRestorable: (key) => key === 'deleted',
      graves: [{ key: 'deleted', number: 2, at: AT }],
    });
    assert.deepEqual(found([remains('story', 1), remains('deleted', 2)], about), []);
  });

  it('[R1] the same remains give the same answer in whatever order they are read', () => {
    const all = [remains('b', 2), remains('a', 2), remains('z', 1), remains('y'), remains('x', 10)];
    const about = known({ graves: [{ key: '-', number: 10, at: AT }] });
    const answer = found(all, about);
    assert.deepEqual(answer, ['tombstoned x', 'stale z', 'stale a', 'stale b', 'stale y']);
    fc.assert(fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (order) => {
      assert.deepEqual(found(order, about), answer);
    })); // prettier-ignore
  });

  it('[R3] a filter of numbers leaves out everything else, also what has no number', () => {
    const all = [remains('a', 1), remains('b', 2), remains('c')];
    assert.deepEqual(found(all, known(), new Set([2, 7])), ['stale b']);
    assert.deepEqual(found(all, known(), new Set()), []);
  });

  it('[R2] what was recovered already is not found again, also where its old rows are still there or the story was deleted since', () => {
    const under = recoveredKey('a');
    for (const about of [
      known({ isStory: (key) => key === under }),
      known({ graves: [{ key: under, number: 9, at: AT }] }),
    ]) {
      const discovery = findHalfWritten([remains('a', 1)], about, null);
      assert.deepEqual([discovery.items, discovery.recovered], [[], ['a']]);
    }
  });

  it('[R2] the copy that a recovery left when it was cut off does not count beside what it is a copy of', () => {
    const under = recoveredKey('a');
    assert.deepEqual(found([remains('a', 1), remains(under, 5)]), ['stale a']);
    assert.deepEqual(found([remains(under, 5)]), [`stale ${under}`]);
    assert.deepEqual(found([remains('a', 1), remains(under, 5)], known({ isStory: (key) => key === 'a' })), [
      `stale ${under}`,
    ]);
  });

  it('[R2] every key has its own recovered key, and one that can name a content', () => {
    const key = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);
    fc.assert(fc.property(key, key, (a, b) => {
      assert.match(recoveredKey(a), /^[A-Za-z0-9_-]{1,64}$/);
      assert.notEqual(recoveredKey(a), a);
      if (a !== b) assert.notEqual(recoveredKey(a), recoveredKey(b));
    })); // prettier-ignore
    const [long, other] = [`${'x'.repeat(63)}a`, `${'x'.repeat(63)}b`];
    assert.notEqual(recoveredKey(long), recoveredKey(other));
  });
});

describe('what a half-written text becomes', () => {
  const title = (text: string): string => readRecovered(text, null, 7).title;

  it('[R2] a heading is read at once, however its line is written', () => {
    assert.equal(title(`# a${'#'.repeat(900_000)}x`), `a${'#'.repeat(199)}`);
    assert.equal(title(`## Sign in${' #'.repeat(400_000)}\r\nText`), 'Sign in');
    assert.equal(title('# \n'.repeat(300_000)), 'What was #7, which has no text');
  });

  it('[R2] its title is its first heading, else its first line with a word in it, else its old number', () => {
    assert.equal(title('some words\n\n## Wave goodbye ##\n# Later'), 'Wave goodbye');
    assert.equal(title('\n\n---\n- [ ] wave goodbye\nmore'), 'wave goodbye');
    assert.equal(title(' \n***\n'), 'What was #7, which has no text');
    assert.equal(readRecovered('', null, null).title, 'A story without a number, which has no text');
    assert.equal(title('x'.repeat(5000)).length, 200);
  });

  it('[R2] without front matter the search index says what it was', () => {
    const row = storyNumber(7, { title: 'As indexed', type: 'bug', priority: 0, labels: ['a'] });
    assert.deepEqual(readRecovered('# Heading', row, 7), {
      title: 'As indexed',
      type: 'bug',
      priority: 0,
      labels: ['a'],
      dependsOn: [],
      body: '# Heading',
    });
  });
});
