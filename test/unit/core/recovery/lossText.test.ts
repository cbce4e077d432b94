import assert from 'node:assert/strict';
import { sayLoss } from '../../../../src/core/recovery/lossText';
import { inEnglish } from '../../../../src/core/words/said';
import type { LogCondition, Witnesses } from '../../../../src/core/recovery/witnesses';
import { STAGES } from '../../../support/storyFixtures';
import { storyNumber } from '../../store/storeFixtures';

const WHOLE: LogCondition = { kind: 'whole' };
const NOTHING = { copied: [], landed: [], behind: [], left: [] };
const damaged = (lost: number | 'unknown', mended = 0): LogCondition => ({ kind: 'damaged', keptIn: 'kept', mended, lost }); // prettier-ignore

const describeLoss = (...args: Parameters<typeof sayLoss>): string => inEnglish(sayLoss(...args));

function witnesses(index: LogCondition, journal: LogCondition = WHOLE): Witnesses {
  const stories = [storyNumber(1, { stage: STAGES.Merge })];
  const seen = { history: [], lastSequence: 0, hasLanded: false, vouched: new Set<string>() };
  return {
    index: { condition: index, file: 'stories.log', wasUsed: true, stories, graves: [], ...seen },
    journal: { condition: journal, file: 'jobs.log', jobs: [] },
    orphans: [],
    shadow: null,
  };
}

describe('What a person is told of a loss', () => {
  it('[P1] how much is lost, where the damaged part is, and what to do', () => {
    assert.equal(
      describeLoss(witnesses(damaged(2)), NOTHING, [storyNumber(1)], 'nothing'),
      'stories.log was damaged on disk: 2 changes lost. The damaged part is kept in kept. Nothing starts or lands for #1 until you acknowledge this: compare their stages with git first. Check the disk.',
    );
    assert.match(describeLoss(witnesses(damaged('unknown')), NOTHING, [], 'nothing'), /an unknown number of changes/);
    assert.match(describeLoss(witnesses(damaged(0, 1)), NOTHING, [], 'all'), /1 flipped bit set right.*be restored\./);
    assert.match(
      describeLoss(witnesses({ kind: 'empty' }), NOTHING, [], 'nothing'),
      /^stories\.log is missing or empty.* So is all else that knew of them: .*"Adopt Branch or Worktree…"/,
    );
    assert.match(describeLoss(witnesses(WHOLE), NOTHING, [], 'nothing'), /^The end of stories\.log is missing\./);
  });

  it('[P1] what is the matter with the merge journal, and that git was asked', () => {
    const gone = describeLoss(witnesses(WHOLE, { kind: 'empty' }), NOTHING, [], 'all');
    assert.match(gone, /^jobs\.log is missing or empty, with the steps of landings in it\. Git was asked/);
    assert.match(
      describeLoss(witnesses(WHOLE, damaged(1)), NOTHING, [], 'all'),
      /1 step of a landing lost.*Git was asked/,
    );
  });

  it('[P1] which stories came back, and from where', () => {
    const [copied, landed, behind, left] = [1, 2, 3, 4].map((number) => [storyNumber(number)]);
    const text = describeLoss(witnesses(damaged(1)), { copied, landed, behind, left } as never, [], 'stories');
    assert.match(text, /from the search index: #1\..*Done again: #2\..*records of #3;.*left of #4;/);
    assert.match(text, /only lines of its history are gone/);
  });
});
