import assert from 'node:assert/strict';
import fc from 'fast-check';
import { advance } from '../../../../src/core/story/advance';
import { readCriteria } from '../../../../src/core/story/criteria';
import { findMove, reachableStages } from '../../../../src/core/story/moves';
import { numberInName, slug, storyBranches, storyFolder } from '../../../../src/core/story/names';
import { NUMBER_LIMIT, nextNumber } from '../../../../src/core/story/numbers';
import { refSchema } from '../../../../src/core/story/stage';
import { STAGE_NAMES } from '../../../../src/core/story/stageNames';
import { readTitle, storyRecordSchema, TITLE_LIMIT } from '../../../../src/core/story/story';
import { transition } from '../../../../src/core/story/transitions';
import { EVENTS, NOW, STAGES, storyIn } from '../../../support/storyFixtures';

const at = new Date(NOW).toISOString();

describe('a story', () => {
  it('[S1] every stage makes a valid record, and a damaged record is refused', () => {
    for (const name of STAGE_NAMES) assert.ok(storyRecordSchema.safeParse(storyIn(STAGES[name])).success, name);
    assert.equal(storyRecordSchema.safeParse({ ...storyIn(STAGES.Coding), createdAt: 'yesterday' }).success, false);
    assert.equal(storyRecordSchema.safeParse({ ...storyIn(STAGES.Coding), number: 0 }).success, false);
    assert.equal(storyRecordSchema.safeParse({ ...storyIn(STAGES.Coding), branch: 'story/1-a' }).success, false);
  });

  it('[S1] criteria are the task-list items of the body, outside of code', () => {
    const body =
      '# A\n- [ ] first\n* [x] second\n```\n- [ ] in code\n```\n1. [X] third\n- not one\n~~~\n- [ ] no\n```\n~~~\n';
    assert.deepEqual(
      readCriteria(body).map((one) => [one.text, one.done, one.line]),
      [['first', false, 1], ['second', true, 2], ['third', true, 6]],
    ); // prettier-ignore
  });

  it('[S1] no line makes the reading of criteria slow: each is looked at once, however long', () => {
    const blanks = ' '.repeat(2_000_000);
    // Expressions that try again would need hours for each of these.
    const hostile = [
      `- [ ] ${blanks}\u2028`,
      `- [ ] ${blanks}x\u2028x`,
      `-${blanks}[`,
      `${blanks}x`,
      '1'.repeat(2_000_000),
    ];
    assert.deepEqual(
      readCriteria(hostile.join('\n')).map(({ text, line }) => [text, line]),
      [['x\u2028x', 1]],
    ); // prettier-ignore
    assert.deepEqual(readCriteria('- [ ]\n- [ ] \n- [x]text\n-[ ] x\n'), []);
  });

  it('[S1] a title is one line; an empty or overlong one is refused with what to do', () => {
    assert.deepEqual(readTitle('  a\n\tb\u202e '), { kind: 'ok', title: 'a b' });
    assert.equal(readTitle(' \n ').kind, 'refused');
    const long = readTitle('x'.repeat(10_000));
    assert.ok(long.kind === 'refused');
    assert.match(long.message, new RegExp(`at most ${TITLE_LIMIT} characters; this one has 10000.*details`));
  });

  it('[G3] names are made of number and slug only, whatever the title', () => {
    assert.equal(storyBranches(42, 'Sign in; $(rm -rf /) `x` "y"')[0], 'refs/heads/story/42-sign-in-rm-rf-x-y');
    assert.equal(slug('日本語'), 'story');
    assert.equal(slug('Grüße an Çağrı, Ærø und Łódź'), 'grusse-an-cagri-aero-und-lodz');
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (title) => {
        assert.match(slug(title), /^[a-z0-9]+(?:-[a-z0-9]+)*$/);
        for (const branch of storyBranches(7, title)) {
          assert.ok(refSchema.safeParse(branch).success);
          assert.equal(numberInName(branch), 7);
        }
        assert.equal(numberInName(storyFolder(7, title)), 7);
      }),
      { numRuns: 2000 },
    );
  });

  it('[S5] the next number is one more than the highest used anywhere', () => {
    const none = { index: [], content: [], shadow: [], tombstones: [], branches: [], worktrees: [] };
    assert.equal(nextNumber(none), 1);
    for (const place of Object.keys(none))
      assert.equal(nextNumber({ ...none, index: [2], [place]: [2, 41, 7] }), 42, place);
  });

  it('[S5] where the last number is taken, or a longer one stands somewhere, it is the next one that is free', () => {
    const none = { index: [], content: [], shadow: [], tombstones: [], branches: [], worktrees: [] };
    assert.equal(nextNumber({ ...none, index: [1, 2], branches: [NUMBER_LIMIT] }), 3);
    assert.equal(nextNumber({ ...none, branches: [NUMBER_LIMIT] }), 1);
    assert.equal(nextNumber({ ...none, index: [4, NUMBER_LIMIT - 1, NUMBER_LIMIT], content: [2 ** 53, 1e10] }), 5);
    assert.equal(nextNumber({ ...none, index: [4, NUMBER_LIMIT - 1] }), NUMBER_LIMIT);
  });
});

describe('advancing a story', () => {
  it('[MQ4] red gates are a strike with cause and evidence; a moved branch is none; a person starts afresh', () => {
    const red = advance(storyIn(STAGES.QA), EVENTS.GatesFailed, at);
    assert.ok(red.kind === 'advanced');
    assert.deepEqual(red.story.strikes, [{ at, cause: 'gates red', evidence: 'Gate test exited with code 1.' }]);
    const moved = advance({ ...storyIn(STAGES.Merge), strikes: red.story.strikes }, EVENTS.ReQueuedForQa, at);
    assert.deepEqual(moved.kind === 'advanced' && moved.story.strikes, red.story.strikes);
    const fixed = advance(
      { ...storyIn(STAGES.MergeFailureFinal), strikes: red.story.strikes },
      EVENTS.FixupRequested,
      at,
    );
    assert.deepEqual(fixed.kind === 'advanced' && fixed.story.strikes, []);
  });

  it('[ST4] a frozen story keeps its age in the queue', () => {
    const queued = storyIn(STAGES.Merge, { queuedAt: '2026-01-01T00:00:00.000Z' });
    const frozen = advance(queued, EVENTS.Freeze, at);
    assert.ok(frozen.kind === 'advanced');
    const back = advance(frozen.story, EVENTS.Unfreeze, at);
    assert.ok(back.kind === 'advanced');
    assert.equal(back.story.queuedAt, '2026-01-01T00:00:00.000Z');
    assert.deepEqual(back.story.stage, queued.stage);
  });

  it('[ST2] a refused event changes nothing', () => {
    assert.equal(advance(storyIn(STAGES.Archived), EVENTS.Start, at).kind, 'refused');
  });
});

describe('move to stage', () => {
  for (const name of STAGE_NAMES) {
    it(`[ST6] from ${name} every reachable stage is reached by one event, every other is answered with those`, () => {
      const reachable = reachableStages(STAGES[name]);
      for (const to of STAGE_NAMES) {
        const move = findMove(STAGES[name], to);
        const expected = reachable.some((one) => one.to === to);
        assert.equal(move.kind, expected ? 'event' : 'unreachable', to);
        if (move.kind === 'unreachable') {
          for (const one of reachable) assert.ok(move.message.includes(one.to));
          continue;
        }
        const event =
          move.event === 'Reopen' ? { ...EVENTS.Reopen, to: to as 'Backlog' | 'Coding' } : EVENTS[move.event];
        const outcome = transition(STAGES[name], event);
        assert.ok(outcome.kind === 'moved' && outcome.stage.name === to, `${name} → ${to} by ${move.event}`);
      }
    });
  }

  it('[ST6] no move leads to where a story is already', () => {
    for (const name of STAGE_NAMES)
      assert.ok(
        reachableStages(STAGES[name]).every(({ to }) => to !== name),
        name,
      );
  });

  it('[ST6] to Archived means accepted when it is done, and abandoned otherwise', () => {
    assert.deepEqual(findMove(STAGES.Done, 'Archived'), { kind: 'event', event: 'Accept' });
    assert.deepEqual(findMove(STAGES.Coding, 'Archived'), { kind: 'event', event: 'Abandon' });
  });
});
