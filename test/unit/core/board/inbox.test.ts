import assert from 'node:assert/strict';
import { ACTIONS } from '../../../../src/core/board/actions';
import type { BoardModel } from '../../../../src/core/board/boardModel';
import type { Card } from '../../../../src/core/board/card';
import { inboxOf } from '../../../../src/core/board/inbox';
import type { JobFacts, LiveRun, PipelineFacts } from '../../../../src/core/pipeline/facts';
import type { Feedback, Stage } from '../../../../src/core/story/stage';
import type { StoryRecord } from '../../../../src/core/story/story';
import { STAGE_NAMES } from '../../../../src/core/story/stageNames';
import { stageWord } from '../../../../src/core/story/stageWords';
import { spokenCard } from '../../../../src/core/board/spoken';
import { buildBoardModel } from '../../../support/buildBoardModel';
import { factsWith, jobAt, NOW, STAGES, storyIn } from '../../../support/storyFixtures';

const feedback = (kind: Feedback['kind']): Feedback => ({ kind, summary: 'Gate test exited with code 1. It said more.', files: [], outputId: null }); // prettier-ignore
const waitingFor = (files: readonly string[]): JobFacts => ({
  job: jobAt('landing'),
  state: 'active',
  progress: null,
  wait: { why: { message: '/work/main is checked out with changes of yours in the same files' }, files, holdsBack: 'touching', since: NOW },
}); // prettier-ignore

/** One story in each situation that a story can be in, by what it is called. */
const AT_WORK: LiveRun = { kind: 'coder', name: 'claude', role: 'coder', startedAt: NOW, tip: null, progress: null };

function situations(): Map<string, BoardModel> {
  const stages: [string, Stage][] = [
    ...STAGE_NAMES.map((name): [string, Stage] => [name, STAGES[name]]),
    ...(['gates', 'review', 'merge', 'reopened', 'landed'] as const).flatMap(
      (kind): [string, Stage][] =>
      (['anyone', 'person'] as const).map((coder) => [`Coding after ${kind}, ${coder}`, { name: 'Coding', feedback: feedback(kind), coder }]), // prettier-ignore
    ),
    ...(['gatesRed', 'redTogether', 'unrelatedHistories'] as const).map((kind): [string, Stage] => [kind, { ...STAGES.MergeFailure, kind, together: [7] }]), // prettier-ignore
    ['Coding of a person', { name: 'Coding', feedback: null, coder: 'person' }],
  ];
  const abandoned = storyIn({ name: 'Archived', reason: { kind: 'abandoned' } }, { key: 'k9', number: 9 });
  const around: [string, (story: StoryRecord) => Partial<PipelineFacts>][] = [
    ['an agent', () => ({})],
    ['no agent', () => ({ coder: null })],
    ['unapproved', () => ({ permission: 'unapproved' })],
    ['all agents busy', () => ({ maxCoders: 1, runs: new Map([['k8', AT_WORK]]) })],
    ['agents paused', () => ({ maxCoders: 0 })],
    ['files in the way', () => ({ jobs: [waitingFor(['src/session.ts'])] })],
    ['an abandoned dependency', (story) => ({ stories: [{ ...story, dependsOn: ['k9'] }, abandoned] })],
    ['a command under way', () => ({ pending: new Map([['k1', { event: 'Freeze' as const, since: NOW }]]) })],
  ];
  const made = new Map<string, BoardModel>();
  for (const [name, stage] of stages)
    for (const [what, change] of around) {
      const story = storyIn(stage);
      made.set(`${name}, ${what}`, buildBoardModel(factsWith([story], change(story))));
    }
  return made;
}

const all = situations();
const firstOf = (model: BoardModel): Card => model.cards.find(({ key }) => key === 'k1')!;

describe('what needs you', () => {
  it('[U14] the count, the group of the tree and the cards that ask are the same stories, in every situation', () => {
    for (const [name, { cards, counts, groups }] of all) {
      const asking = cards.filter(({ need }) => need !== null).map(({ key }) => key);
      assert.deepEqual([...groups['Needs you']].sort(), asking.sort(), name);
      assert.equal(counts.needsYou, asking.length, name);
      assert.deepEqual(inboxOf(cards).map(({ key }) => key), groups['Needs you'], name); // prettier-ignore
    }
  });

  it('[U14] everything that stands still until a person acts is counted, and nothing that goes on by itself', () => {
    const need = (name: string) => firstOf(all.get(name)!).need;
    assert.deepEqual(
      [
        need('ReviewHold, an agent'),
        need('MergeFailure, an agent'),
        need('gatesRed, an agent'),
        need('Blocked, an agent'),
        need('Merge, files in the way'),
        need('Coding after gates, anyone, no agent'),
        need('Coding after gates, person, an agent'),
        need('QA, an abandoned dependency'),
      ],
      ['review', 'conflict', 'fix', 'cold', 'files', 'fix', 'fix', 'dependency'],
    );
    for (const name of [
      'Coding after gates, anyone, an agent',
      'QA, an agent',
      'Merge, an agent',
      'Coding of a person, no agent',
      'Frozen, no agent',
    ])
      // prettier-ignore
      assert.equal(need(name), null, name);
    for (const [name, model] of all)
      if (name.endsWith('a command under way')) assert.equal(firstOf(model).need, null, name);
  });

  it('[U14, B3] whatever needs you has a button, and each is an action that it can take', () => {
    for (const [name, model] of all) {
      const card = firstOf(model);
      for (const id of card.primaryActions) assert.ok(card.actions.includes(id), `${name}: ${id}`);
      if (card.need !== null) assert.ok(card.primaryActions.length > 0, name);
    }
  });

  it('[U14] ⏳ stands only where something other than a person is waited for', () => {
    for (const [name, model] of all) {
      const { state, need, stage, why } = firstOf(model);
      if (need !== null) assert.ok(state !== 'waiting' && state !== 'recoveryQueued', name);
      if (state === 'waiting') assert.ok(why !== null && stage !== 'ReviewHold', name);
    }
    assert.equal(firstOf(all.get('Coding of a person, an agent')!).state, 'idle', 'a person works on it');
    assert.equal(firstOf(all.get('Coding after gates, anyone, no agent')!).state, 'needsYou');
  });

  it('[U14] a story that waits for an agent does not offer Ready for QA first', () => {
    const offered = (name: string) => firstOf(all.get(name)!).primaryActions;
    assert.equal(offered('Coding, all agents busy')[0], 'openWorktree');
    assert.ok(!offered('Coding, all agents busy').includes('readyForQa'));
    assert.equal(offered('Coding, no agent')[0], 'readyForQa');
    assert.equal(offered('Coding of a person, an agent')[0], 'readyForQa');
  });

  it('[U14] it is ordered by what it holds up, then by what is asked, priority and age', () => {
    const at = (minutes: number) => new Date(NOW - minutes * 60_000).toISOString();
    const stories = [
      storyIn(STAGES.Blocked, { key: 'k1', number: 1, stageAt: at(90) }),
      storyIn(STAGES.ReviewHold, { key: 'k2', number: 2, stageAt: at(5) }),
      storyIn(STAGES.ReviewHold, { key: 'k3', number: 3, stageAt: at(60) }),
      storyIn(STAGES.ReviewHold, { key: 'k4', number: 4, stageAt: at(1), priority: 0 }),
      storyIn(STAGES.MergeFailure, { key: 'k5', number: 5, stageAt: at(1), priority: 3 }),
      storyIn(STAGES.Backlog, { key: 'k6', number: 6, dependsOn: ['k5'] }),
      storyIn(STAGES.Backlog, { key: 'k7', number: 7, dependsOn: ['k6'] }),
      storyIn(STAGES.Backlog, { key: 'k8', number: 8, dependsOn: ['k1'] }),
    ];
    const { groups } = buildBoardModel(factsWith(stories));
    assert.deepEqual(groups['Needs you'], ['k5', 'k1', 'k4', 'k3', 'k2']);
  });
});

describe('the brief reason', () => {
  it('[U16] is there wherever there is a reason, is short, begins with what is particular, and holds no path of a folder', () => {
    for (const [name, model] of all) {
      const { why, brief, need } = firstOf(model);
      if (need !== null) assert.ok(brief !== null && brief !== '', name);
      if (brief === null) continue;
      assert.ok(why !== null, name);
      assert.ok(Array.from(brief).length <= 80 && !/[.\n]$/.test(brief), `${name}: ${brief}`);
      assert.doesNotMatch(brief, /\/work\/main|Nothing will happen/, name);
    }
    const brief = (name: string) => firstOf(all.get(name)!).brief;
    assert.deepEqual(
      [
        brief('MergeFailure, an agent'),
        brief('ReviewHold, an agent'),
        brief('Merge, files in the way'),
        brief('Coding after gates, anyone, no agent'),
        brief('redTogether, an agent'),
        brief('Blocked, an agent'),
        brief('Coding, all agents busy'),
        brief('Coding, agents paused'),
      ],
      [
        'Conflict in a.ts',
        'Review: deletes the test a.test.js',
        'Your file session.ts is in the way',
        'Gates red: gate test exited with code 1',
        'Red together with #7',
        'waits for a key',
        'Waits for a free agent',
        'Agents are paused',
      ],
    );
  });

  it('[U16] a reason of any length is cut between words and never inside a character', () => {
    const long = { ...STAGES.Blocked, reason: '👩‍🚀 wartet auf '.repeat(40) };
    const [card] = buildBoardModel(factsWith([storyIn(long)])).cards;
    assert.ok(card?.brief?.endsWith('…') === true && Array.from(card.brief).length <= 60);
    assert.doesNotMatch(card.brief, /[\ud800-\udbff](?![\udc00-\udfff])/);
  });

  it('[B3, MQ9] a landing in the way of your changes names the files before anything else', () => {
    const { why } = firstOf(all.get('Merge, files in the way')!);
    assert.match(why ?? '', /^Your file src\/session\.ts is in the way\. .* Lands by itself/);
  });
});

describe('the words of actions', () => {
  it('[U4] no button and no command carries a name from inside the program', () => {
    for (const { label } of Object.values(ACTIONS)) assert.doesNotMatch(label, /[a-z][A-Z]|MergeFailure|ReviewHold/);
  });
});

describe('the words of stages', () => {
  it('[U14, ST2] a card says nothing by a name from inside the program, aloud or in its row', () => {
    const inside = /ReviewHold|MergeFailure|GatesStarted|ForQa|BranchNamed/;
    for (const [name, model] of all)
      for (const card of model.cards) {
        const facts = card.facts.filter((fact) => typeof fact === 'string');
        for (const said of [spokenCard(card, NOW), card.why ?? '', card.brief ?? '', ...facts])
          assert.doesNotMatch(said, inside, name);
      }
    for (const name of STAGE_NAMES) assert.doesNotMatch(stageWord(name), inside);
    assert.equal(new Set(STAGE_NAMES.map(stageWord)).size, STAGE_NAMES.length, 'each has its own word');
  });
});
