import assert from 'node:assert/strict';
import type { SharingState } from '../../../../src/core/sharing/sharingState';
import { sharingShown } from '../../../../src/core/board/sharingShown';
import { judgeChanges } from '../../../../src/core/sharing/judgeChanges';
import { renumberNotices } from '../../../../src/core/sharing/renumberWords';
import { landedNotice } from '../../../../src/core/sharing/takenWords';
import { say } from '../../../../src/core/words/said';
import { buildBoardModel } from '../../../support/buildBoardModel';
import { factsWith } from '../../../support/storyFixtures';
import { inGerman } from '../../../support/words/german';

const TOGETHER: SharingState = {
  url: 'wss://stories.example.org',
  document: 'shop',
  me: { machine: 'm', name: 'Bob' },
  connection: 'connected',
  failures: 0,
  isTold: false,
  problem: null,
  held: null,
  landsAlone: false,
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
    const held = { why: 'forged', said: say('“Sign in” would be gone.'), keptIn: '/kept' } as const;
    const notices = [{ id: '1', text: '“Of Bob” is #3.' }];
    const shown = noticesOf({ held, notices }).map(({ severity, text }) => [severity, text]);
    assert.deepEqual(shown, [
      ['error', 'What others sent is held and changes nothing: “Sign in” would be gone. Until you decide nothing of theirs comes in.'],
      ['warning', '“Of Bob” is #3.'],
    ]); // prettier-ignore
    assert.deepEqual(noticesOf({ url: null, held: null, notices }).map(({ text }) => text), ['“Of Bob” is #3.']); // prettier-ignore
  });

  it('[Y3, U10] how sharing stands is German in a German window', () => {
    const shown = (change: Partial<SharingState>): (string | null)[] => {
      const { words, line } = sharingShown({ ...TOGETHER, ...change })?.said ?? {};
      return [inGerman(words), line === null ? null : inGerman(line)];
    };
    const peers = ['Ada', 'Eve'].map((name) => ({ machine: name, name, at: [] }));
    assert.deepEqual(shown({ peers }), ['geteilt mit Ada und Eve', 'Geteilt mit Ada und Eve als das Board „shop“ auf stories.example.org.']); // prettier-ignore
    assert.deepEqual(shown({}), ['geteilt', 'Geteilt als das Board „shop“ auf stories.example.org. Sonst ist gerade niemand verbunden.']); // prettier-ignore
    assert.equal(shown({ connection: 'away' })[0], 'getrennt');
    const held = { why: 'forged', said: say(''), keptIn: '' } as const;
    assert.deepEqual(shown({ held }), ['angehalten', 'Was andere geschickt haben, ist angehalten: Von ihnen kommt nichts herein, bis Sie entscheiden.']); // prettier-ignore
    // What a server or a disk said is known as it stands alone.
    assert.deepEqual(shown({ problem: { message: 'ENOSPC' } }), ['nicht geteilt', null]);
  });

  it('[S9, Y5, U10] what is held and what is told once is German too, and what an earlier version kept is told as it was', () => {
    const none = { story: undefined, grave: undefined, body: undefined };
    const known = { live: 9, lately: 0, bytes: 0, isTwin: () => false };
    const before = { ...none, story: { title: 'Sign in' }, body: '' };
    const judged = judgeChanges([{ key: 'a-1', before, after: none }], known);
    assert.ok(judged.kind === 'held');
    const [first] = noticesOf({ held: { why: judged.why, said: judged.said, keptIn: '/kept' } });
    assert.equal(inGerman(first?.said), 'Was andere geschickt haben, ist angehalten und ändert nichts: „Sign in“ wäre verschwunden, ohne dass etwas von einer Löschung bliebe. Bis Sie entscheiden, kommt nichts von ihnen herein.'); // prettier-ignore
    const landing = { stage: { name: 'Done', mergeCommit: 'c'.repeat(40) }, on: { machine: 'a', name: 'Ada' } };
    const landed = landedNotice('k', { number: 3, by: 'me' }, landing as never);
    assert.equal(inGerman(landed?.said), 'Der Rechner von Ada hat #3 gelandet, die Sie inzwischen endgültig gelöscht haben. Ihr Commit cccccccc bleibt, wo er gelandet ist.'); // prettier-ignore
    const claims = ['x', 'y'].map((key) => ({ key, number: 4, createdAt: '' }));
    const numbers = new Map([['x', 4], ['y', 5]]); // prettier-ignore
    const [again] = renumberNotices(claims, { numbers, changed: ['y'], known: new Set(['y']), titleOf: (key) => (key === 'x' ? 'Bye' : '') }); // prettier-ignore
    assert.equal(inGerman(again?.said), 'Zwei Stories wurden als #4 auf Rechnern angelegt, die nichts voneinander wussten. „Bye“ behält die Nummer. Eine gelöschte ist von nun an #5. Verweise ziehen mit.'); // prettier-ignore
    const notices = [{ id: '1', text: '“Of Bob” is #3.' }, ...(again === undefined ? [] : [again])];
    assert.deepEqual(noticesOf({ notices }).map(({ said, text }) => said?.length ?? text), ['“Of Bob” is #3.', 1]); // prettier-ignore
  });

  it('[Y4] says that this machine lands without waiting, for as long as its person wants that', () => {
    const [said, ...more] = noticesOf({ landsAlone: true });
    assert.deepEqual([said?.severity, more], ['info', []]);
    assert.match(said?.text ?? '', /^This machine lands without waiting for its turn\./);
  });
});
