import assert from 'node:assert/strict';
import { JustLanded } from '../../../../src/core/board/justLanded';
import type { StoryRecord } from '../../../../src/core/story/story';
import { buildBoardModel } from '../../../support/buildBoardModel';
import { factsWith, STAGES, storyIn } from '../../../support/storyFixtures';

describe('What is said of landings', () => {
  const merging = storyIn(STAGES.Merge, { key: 'a', number: 1 });
  const done = storyIn(STAGES.Done, { key: 'a', number: 1 });

  /** The stories that are said to have landed, board by board. */
  function said(...boards: readonly (readonly StoryRecord[])[]): number[][] {
    const landings = new JustLanded();
    return boards.map((stories) => landings.of(buildBoardModel(factsWith(stories)).cards).map(({ number }) => number));
  }

  it('[U11] a story that goes to Done has landed, once', () => {
    assert.deepEqual(said([merging], [done], [done]), [[], [1], []]);
  });

  it('[U11] what was frozen or archived when it had landed is not said to land again', () => {
    for (const aside of [STAGES.Frozen, STAGES.Archived])
      assert.deepEqual(said([merging], [done], [storyIn(aside, { key: 'a', number: 1 })], [done]), [[], [1], [], []]);
  });

  it('[U11] what had landed before the window was opened, and what is restored into Done, is not said to land', () => {
    assert.deepEqual(said([done], [], [done]), [[], [], []]);
  });
});
