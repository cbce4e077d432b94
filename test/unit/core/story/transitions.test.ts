import { STAGE_NAMES } from '../../../../src/core/story/stageNames';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import type { StoryEvent } from '../../../../src/core/story/events';
import { stageSchema, underlyingStage, type Stage } from '../../../../src/core/story/stage';
import { possibleEvents, transition, TRANSITIONS } from '../../../../src/core/story/transitions';
import { renderStages, stagesPage } from '../../../support/stagesDocument';
import {
  EVENTS,
  EVERY_EVENT,
  OTHER_TARGET_TIP,
  OTHER_TIP,
  STAGES,
  TARGET_TIP,
  TIP,
} from '../../../support/storyFixtures';

/** The contract, written down a second time by hand: (stage → events) as the rules state it. */
const CONTRACT: Record<Stage['name'], string[]> = {
  Backlog: ['Start', 'MergedOutside', 'Freeze', 'Block', 'Abandon', 'Supersede'],
  Coding: [
    'Reassigned',
    'GatesStarted',
    'QaSkipped',
    'TakenOver',
    'GivenBack',
    'MergedOutside',
    'Freeze',
    'Block',
    'Demote',
    'Abandon',
    'Supersede',
  ],
  QA: [
    'Reassigned',
    'GatesPassed',
    'GatesFailed',
    'ReviewerAsked',
    'ReviewerRejected',
    'HoldForReview',
    'ReQueuedForQa',
    'MergedOutside',
    'Freeze',
    'Block',
    'Demote',
    'Abandon',
    'Supersede',
  ],
  ReviewHold: [
    'Reassigned',
    'Approved',
    'Rejected',
    'ReQueuedForQa',
    'MergedOutside',
    'Freeze',
    'Block',
    'Demote',
    'Abandon',
    'Supersede',
  ],
  Merge: [
    'Reassigned',
    'HoldForReview',
    'MergeSucceeded',
    'MergeFailed',
    'MergeAborted',
    'ReQueuedForQa',
    'MergedOutside',
    'Freeze',
    'Block',
    'Demote',
    'Abandon',
    'Supersede',
  ],
  MergeFailure: [
    'Reassigned',
    'MergemasterAttempted',
    'MergeFailedFinal',
    'RetryMerge',
    'ReQueuedForQa',
    'FixupRequested',
    'MergedOutside',
    'Freeze',
    'Block',
    'Abandon',
    'Supersede',
  ],
  MergeFailureFinal: [
    'Reassigned',
    'MergemasterAttempted',
    'RetryMerge',
    'ReQueuedForQa',
    'FixupRequested',
    'MergedOutside',
    'Freeze',
    'Block',
    'Abandon',
    'Supersede',
  ],
  Done: ['TargetLost', 'LandedRed', 'Reverted', 'RevertUndone', 'Freeze', 'Block', 'Accept', 'Reopen'],
  Archived: ['LandedRed', 'Reverted', 'RevertUndone', 'Reopen'],
  Frozen: ['Reassigned', 'Unfreeze', 'MergedOutside', 'Abandon', 'Supersede'],
  Blocked: ['Reassigned', 'Unblock', 'Freeze', 'MergedOutside', 'Abandon', 'Supersede'],
};

describe('the transition table', () => {
  for (const name of STAGE_NAMES) {
    it(`[ST2] in ${name} exactly the events of the contract are possible, every other is refused by name`, () => {
      assert.deepEqual([...possibleEvents(name)].sort(), [...CONTRACT[name]].sort());
      for (const event of EVERY_EVENT) {
        const outcome = transition(STAGES[name], event);
        assert.equal(
          outcome.kind,
          CONTRACT[name].includes(event.name) ? 'moved' : 'refused',
          `${name} × ${event.name}`,
        );
        if (outcome.kind === 'moved') continue;
        assert.ok(outcome.message.includes(name) && outcome.message.includes(event.name));
        for (const possible of CONTRACT[name]) assert.ok(outcome.message.includes(possible), `${possible} is offered`);
      }
    });
  }

  it('[ST7] every result is a stage that the schema accepts and that the table announces', () => {
    for (const row of TRANSITIONS) {
      for (const from of row.from) {
        const outcome = transition(STAGES[from], EVENTS[row.event]);
        assert.ok(outcome.kind === 'moved', `${from} × ${row.event}`);
        assert.ok(stageSchema.safeParse(outcome.stage).success, `${from} × ${row.event}`);
        assert.ok(row.to.includes(outcome.stage.name), `${from} × ${row.event} → ${outcome.stage.name}`);
      }
    }
  });

  it('[ST1] a stage without its evidence cannot be written', () => {
    assert.equal(stageSchema.safeParse({ name: 'QA' }).success, false);
    assert.equal(stageSchema.safeParse({ ...STAGES.Merge, commitsAhead: 0 }).success, false);
    assert.equal(stageSchema.safeParse({ ...STAGES.Merge, tip: 'abc123' }).success, false);
    assert.equal(stageSchema.safeParse({ name: 'Frozen', target: null, resumeTo: STAGES.Archived }).success, false);
    assert.equal(stageSchema.safeParse({ name: 'Done', mergeCommit: TIP }).success, false);
  });

  it('[ST1] evidence of another tip is refused', () => {
    for (const [stage, event] of [
      [STAGES.QA, { ...EVENTS.GatesPassed, tip: OTHER_TIP }],
      [STAGES.QA, { ...EVENTS.GatesFailed, tip: OTHER_TIP }],
      [STAGES.QA, { ...EVENTS.HoldForReview, tip: OTHER_TIP }],
      [STAGES.ReviewHold, { ...EVENTS.Approved, tip: OTHER_TIP }],
    ] as [Stage, StoryEvent][]) {
      assert.equal(transition(stage, event).kind, 'refused', `${stage.name} × ${event.name}`);
    }
  });

  it('[ST1] a branch without a commit of its own never reaches Merge', () => {
    for (const [stage, event] of [
      [STAGES.QA, { ...EVENTS.GatesPassed, commitsAhead: 0 }],
      [STAGES.Coding, { ...EVENTS.QaSkipped, commitsAhead: 0 }],
      [STAGES.MergeFailure, { ...EVENTS.RetryMerge, commitsAhead: 0 }],
    ] as [Stage, StoryEvent][]) {
      assert.equal(transition(stage, event).kind, 'refused');
    }
  });
});

describe('setting aside and coming back', () => {
  const still = { tip: TIP, target: TARGET_TIP };

  for (const name of STAGE_NAMES.filter((one) => one !== 'Archived' && one !== 'Frozen')) {
    it(`[ST4] Unfreeze after Freeze gives ${name} back unchanged where git did not move`, () => {
      assert.deepEqual(thereAndBack(STAGES[name], still), STAGES[name]);
    });
  }

  for (const name of ['QA', 'ReviewHold', 'Merge'] as const) {
    it(`[ST4] ${name} comes back as QA of the new tip when the branch moved, of the same tip when the target moved`, () => {
      assert.deepEqual(thereAndBack(STAGES[name], { tip: OTHER_TIP, target: TARGET_TIP }), {
        name: 'QA',
        tip: OTHER_TIP,
      });
      assert.deepEqual(thereAndBack(STAGES[name], { tip: TIP, target: OTHER_TARGET_TIP }), { name: 'QA', tip: TIP });
    });
    it(`[ST4] ${name} comes back Blocked, with a way on, when its branch is gone`, () => {
      const back = thereAndBack(STAGES[name], { tip: null, target: TARGET_TIP });
      assert.equal(back.name, 'Blocked');
      assert.ok(possibleEvents('Blocked').includes('Unblock'));
    });
  }

  it('[ST4] Block and Unblock do likewise', () => {
    const blocked = transition(STAGES.Merge, EVENTS.Block);
    assert.ok(blocked.kind === 'moved' && blocked.stage.name === 'Blocked');
    assert.deepEqual(transition(blocked.stage, EVENTS.Unblock), { kind: 'moved', stage: STAGES.Merge });
    const moved = transition(blocked.stage, { name: 'Unblock', look: { tip: OTHER_TIP, target: TARGET_TIP } });
    assert.deepEqual(moved, { kind: 'moved', stage: { name: 'QA', tip: OTHER_TIP } });
  });

  it('[ST5] Fix Up takes both failures to Coding with what went wrong', () => {
    for (const name of ['MergeFailure', 'MergeFailureFinal'] as const) {
      const outcome = transition(STAGES[name], EVENTS.FixupRequested);
      assert.ok(outcome.kind === 'moved' && outcome.stage.name === 'Coding');
      assert.deepEqual(outcome.stage.feedback?.files, ['a.ts']);
    }
    assert.equal(transition(STAGES.MergeFailureFinal, EVENTS.MergemasterAttempted).kind, 'moved');
    assert.equal(transition(STAGES.MergeFailureFinal, EVENTS.Freeze).kind, 'moved');
  });

  function thereAndBack(stage: Stage, look: { tip: string | null; target: string | null }): Stage {
    const frozen = transition(stage, { name: 'Freeze', look: { tip: TIP, target: TARGET_TIP } });
    assert.ok(frozen.kind === 'moved');
    const back = transition(frozen.stage, { name: 'Unfreeze', look });
    assert.ok(back.kind === 'moved');
    return back.stage;
  }
});

describe('sequences of events', () => {
  it('[ST7] a person has a way out of every stage', () => {
    for (const name of STAGE_NAMES) {
      assert.ok(
        TRANSITIONS.some((row) => row.byPerson && row.from.includes(name)),
        name,
      );
    }
  });

  it('[ST7] up to depth 5, only MergeSucceeded and MergedOutside bring a story to Done', () => {
    let frontier: Stage[] = [STAGES.Backlog];
    const seen = new Set<string>();
    for (let depth = 0; depth < 5; depth++) {
      const next: Stage[] = [];
      for (const stage of frontier) {
        for (const event of EVERY_EVENT) {
          const outcome = transition(stage, event);
          if (outcome.kind === 'refused') continue;
          assert.ok(stageSchema.safeParse(outcome.stage).success, `${stage.name} × ${event.name}`);
          const wasDone = underlyingStage(stage).name === 'Done';
          if (underlyingStage(outcome.stage).name === 'Done' && !wasDone) {
            assert.ok(
              event.name === 'MergeSucceeded' || event.name === 'MergedOutside',
              `${stage.name} × ${event.name}`,
            );
          }
          const id = JSON.stringify(outcome.stage);
          if (!seen.has(id)) next.push(outcome.stage);
          seen.add(id);
        }
      }
      frontier = next;
    }
    assert.ok(seen.size > 40, `${seen.size} different stages were reached`);
  });

  it('[ST7] no sequence of events throws or leaves the schema', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...EVERY_EVENT), { maxLength: 40 }), (events) => {
        let stage: Stage = STAGES.Backlog;
        for (const event of events) {
          const outcome = transition(stage, event);
          if (outcome.kind === 'moved') stage = outcome.stage;
        }
        assert.ok(stageSchema.safeParse(stage).success);
      }),
    );
  });

  it('[ST7] the page about stages is what the table says', () => {
    assert.equal(readFileSync(stagesPage, 'utf8'), renderStages(), 'run `npm run docs`');
  });
});
