import assert from 'node:assert/strict';
import { pushWords, quotedWords, type PushFacts } from '../../../../src/core/landing/push';
import { inEnglish } from '../../../../src/core/words/said';

describe('What is said of a push', () => {
  const words = (change: Partial<PushFacts>) =>
    pushWords({ setting: 'always', upstream: 'origin/main', target: 'refs/heads/main', ahead: 3, behind: 0, state: { kind: 'idle' }, ...change }); // prettier-ignore
  const moved = { kind: 'problem', problem: 'moved', said: '', at: 0, story: null } as const;

  it('[MQ15] a remote that has moved is a problem as long as something of it is not here', () => {
    assert.deepEqual([words({ state: moved, behind: 1 })?.severity, words({ state: moved, behind: 1 })?.button], ['warning', 'Retry']);
    const ends = [words({ state: { ...moved, story: 3 }, behind: 1 }), words({ state: moved, behind: 1 }), words({ state: moved, behind: 2 })];
    assert.deepEqual(ends.map((one) => /(?:#3|Retry) .*? (?:it|them) in/.exec(inEnglish(one?.said ?? []))?.[0]), ['#3 brings it in', 'Retry fetches again and brings it in', 'Retry fetches again and brings them in']);
    const over = words({ state: moved, setting: 'never' });
    assert.deepEqual([over?.severity, inEnglish(over?.said ?? []), over?.button], ['info', 'main is 3 commits ahead of origin/main.', 'Push']);
    assert.equal(words({ state: moved, ahead: 0 }), null);
  }); // prettier-ignore

  it('[MQ15] what the other side said stands without the blanks that git puts behind it', () => {
    assert.deepEqual(inEnglish(quotedWords('remote: main is closed.        \nmore')), 'It said: remote: main is closed.');
    assert.deepEqual(quotedWords(' \n'), []);
  }); // prettier-ignore
});
