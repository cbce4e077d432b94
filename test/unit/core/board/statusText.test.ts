import assert from 'node:assert/strict';
import type { PipelineFacts } from '../../../../src/core/pipeline/facts';
import type { SharingState } from '../../../../src/core/sharing/sharingState';
import { statusText } from '../../../../src/core/board/statusText';
import { buildBoardModel } from '../../../support/buildBoardModel';
import { factsWith, NOW, OTHER_TIP, STAGES, storyIn } from '../../../support/storyFixtures';

describe('the status as a text', () => {
  it('[B2] names every story with its stage, a stuck one with its mark, and why it does not move', () => {
    const stories = [
      storyIn(STAGES.Blocked, { key: 'k1', number: 1, title: 'Cold' }),
      storyIn(STAGES.MergeFailure, { key: 'k2', number: 2, title: 'Goes on' }),
      storyIn(STAGES.Backlog, { key: 'k3', number: 3, title: 'Later' }),
    ];
    const text = statusText(buildBoardModel(factsWith(stories, { tips: new Map([['k2', OTHER_TIP]]) })), NOW);
    assert.match(text, /^.+, landing on main: /);
    assert.match(text, /^🔴 #1 Cold · Blocked.*: .*waits for a key/m);
    assert.match(text, /^⏳ #2 Goes on · MergeFailure/m);
    assert.match(text, /^#3 Later · Backlog/m);
  });

  it('[Y1, B2] says with whom the stories are shared, where they are', () => {
    const sharing: SharingState = {
      ...{
        url: 'wss://stories.example.org',
        document: 'shop',
        me: { machine: 'm', name: 'Bob' },
        connection: 'connected',
      },
      ...{ failures: 0, isTold: false, problem: null, held: null, landsAlone: false, notices: [] },
      peers: [{ machine: 'a', name: 'Ada', at: [] }],
    };
    const head = (change: Partial<PipelineFacts>) =>
      statusText(buildBoardModel(factsWith([], change)), NOW).split('\n')[0];
    assert.match(head({ sharing }) ?? '', /Shared with Ada as the board “shop” on stories\.example\.org\.$/);
    assert.match(
      head({ sharing: { ...sharing, connection: 'away' } }) ?? '',
      /is not reached now\. What you change is kept/,
    );
    assert.doesNotMatch(head({}) ?? '', /[Ss]hared/);
  });

  it('[U17] nothing in a title is a link, an icon or a line of its own', () => {
    const story = storyIn(STAGES.Backlog, { title: '[a](command:b) $(bug)\u202e\n#9 Fake' });
    const text = statusText(buildBoardModel(factsWith([story])), NOW);
    assert.doesNotMatch(text, /\]\(|\$\(|\u202e|^#9/m);
  });

  it('[B2] is bounded, and says so', () => {
    const stories = Array.from({ length: 201 }, (_, i) => storyIn(STAGES.Backlog, { key: `k${i}`, number: i + 1 }));
    const text = statusText(buildBoardModel(factsWith(stories)), NOW);
    assert.equal(text.match(/^#/gm)?.length, 200);
    assert.match(text, /The board has 201 stories; not all are named here\./);
  });
});
