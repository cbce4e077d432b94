import assert from 'node:assert/strict';
import type { SharingState } from '../../../../src/core/sharing/sharingState';
import { buildBoardModel } from '../../../support/buildBoardModel';
import { factsWith } from '../../../support/storyFixtures';

const TOGETHER: SharingState = {
  url: 'wss://stories.example.org',
  document: 'shop',
  me: { machine: 'm', name: 'Bob' },
  connection: 'connected',
  failures: 0,
  isTold: false,
  problem: null,
  held: null,
  peers: [],
  notices: [],
};

function noticesOf(change: Partial<SharingState>) {
  const { notices } = buildBoardModel(factsWith([], { sharing: { ...TOGETHER, ...change } }));
  return notices.filter(({ action }) => action?.id === 'shareStories');
}

describe('What is to be known of sharing', () => {
  it('[Y3] is nothing while all is well, and nothing of an attempt that failed until it is told', () => {
    assert.deepEqual(noticesOf({}), []);
    assert.deepEqual(noticesOf({ connection: 'away', failures: 9 }), []);
    const [told, ...more] = noticesOf({ connection: 'away', failures: 10, isTold: true });
    assert.match(told?.text ?? '', /cannot be reached, so nothing is shared for now/);
    assert.deepEqual(more, []);
  });

  it('[Y5, S9] says first what stops it, then what was renumbered', () => {
    const held = { why: 'forged', problem: '“Sign in” would be gone.', keptIn: '/kept' } as const;
    const notices = [{ id: '1', text: '“Of Bob” is #3.' }];
    const shown = noticesOf({ held, notices }).map(({ severity, text }) => [severity, text]);
    assert.deepEqual(shown, [
      ['error', 'What others sent is held and changes nothing: “Sign in” would be gone. Until you decide nothing of theirs comes in.'],
      ['warning', '“Of Bob” is #3.'],
    ]); // prettier-ignore
    assert.deepEqual(noticesOf({ url: null, held: null, notices }).map(({ text }) => text), ['“Of Bob” is #3.']); // prettier-ignore
  });
});
