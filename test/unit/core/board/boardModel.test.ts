import assert from 'node:assert/strict';
import { ACTIONS } from '../../../../src/core/board/actions';
import { asFollowed } from '../../../../src/core/board/asFollowed';
import { buildBoardModel } from '../../../support/buildBoardModel';
import { COLUMN_NAMES, GROUP_NAMES } from '../../../../src/core/board/boardNames';
import { spokenCard } from '../../../../src/core/board/spoken';
import type { LiveRun, PipelineFacts } from '../../../../src/core/pipeline/facts';
import { MARK_WORDS, type StuckMark } from '../../../../src/core/pipeline/markWords';
import type { StoryRecord } from '../../../../src/core/story/story';
import { STAGE_NAMES } from '../../../../src/core/story/stageNames';
import { contributions } from '../../../support/manifest/contributions';
import { factsWith, jobAt, NOW, OTHER_TIP, STAGES, storyIn } from '../../../support/storyFixtures';

const everyStage = STAGE_NAMES.map((name, index) => storyIn(STAGES[name], { key: `k${index}`, number: index + 1 }));
const run: LiveRun = { kind: 'coder', name: 'merger', role: 'mergemaster', startedAt: NOW, tip: null, progress: null };

function stuckMark(story: StoryRecord, facts: PipelineFacts): StuckMark | null | undefined {
  return buildBoardModel({ ...facts, stories: [story] }).cards[0]?.mark;
}

describe('why a person is asked to look', () => {
  it('[U1] findings that follow a colon are no reason of their own', () => {
    const brief = (...reasons: string[]) => buildBoardModel(factsWith([storyIn({ ...STAGES.ReviewHold, reasons }, { key: 'k1', number: 1 })])).cards[0]?.brief; // prettier-ignore
    assert.equal(brief('It deletes the test a.', 'It adds b.'), 'Review: deletes the test a, and 1 more');
    assert.equal(brief('rita does not accept it:', 'Wrong.\nAnd late.'), 'Review: rita does not accept it');
  });
});

describe('a target behind its upstream', () => {
  it('[G4, MQ15] names the story that brings in what is there, for as long as it does, and else says how it is done by hand', () => {
    const target = { kind: 'found', ref: 'refs/heads/main', tip: OTHER_TIP, behind: { upstream: 'origin/main', commits: 1, ahead: 2 } } as const;
    const said = (stage: StoryRecord['stage']) => {
      const story = storyIn(stage, { number: 2, bringsIn: 'refs/remotes/origin/main' });
      return buildBoardModel(factsWith([story], { target })).notices.map(({ text }) => /[^.]*\.$/.exec(text)?.[0]);
    };
    assert.deepEqual(said(STAGES.QA), [' #2 brings that in, through the gates.']);
    assert.deepEqual(said(STAGES.Done), [' Rebasing would change what has landed.']);
  });
}); // prettier-ignore

describe('the age of a card', () => {
  it('[MQ16, ST4] in Merge is that in the queue, which a freeze does not begin anew', () => {
    const [queuedAt, stageAt] = ['2026-01-02T08:00:00.000Z', '2026-01-02T11:00:00.000Z'];
    const since = (story: StoryRecord) => buildBoardModel(factsWith([story])).cards[0]?.since;
    assert.equal(since(storyIn(STAGES.Merge, { queuedAt, stageAt })), queuedAt);
    assert.equal(since(storyIn(STAGES.MergeFailure, { queuedAt, stageAt })), stageAt);
  });
});

describe('the stuck mark', () => {
  const failed = storyIn(STAGES.MergeFailure);

  it('[B1] only Blocked, MergeFailure and MergeFailureFinal are stuck', () => {
    const marked = everyStage.filter((story) => stuckMark(story, factsWith(everyStage)) !== null);
    assert.deepEqual(marked.map((story) => story.stage.name).sort(), ['Blocked', 'MergeFailure', 'MergeFailureFinal']);
  });

  it('[B1] running while an agent or a merge job is at work on it', () => {
    assert.equal(stuckMark(failed, factsWith([failed], { runs: new Map([['k1', run]]) })), 'running');
    const job = { job: jobAt('gating'), state: 'active', progress: null, wait: null } as const;
    assert.equal(stuckMark(failed, factsWith([failed], { jobs: [job] })), 'running');
  });

  it('[B1] queued while its recovery is bound to come by itself', () => {
    assert.equal(stuckMark(failed, factsWith([failed], { tips: new Map([['k1', OTHER_TIP]]) })), 'queued');
    const over = jobAt('leased', { stopped: { kind: 'conflict', files: ['a.ts'], message: '' } });
    const told = { job: over, state: 'active', progress: null, wait: null } as const;
    assert.equal(stuckMark(failed, factsWith([failed], { jobs: [told] })), 'cold', 'its own ended job is no recovery');
    const job = { job: jobAt('gated'), state: 'orphaned', progress: null, wait: null } as const;
    assert.equal(stuckMark(failed, factsWith([failed], { jobs: [job] })), 'queued');
  });

  it('[B1] queued, not running, while the merge job of it waits', () => {
    const wait = {
      why: { message: 'Local changes are in the way' },
      files: ['a.ts'],
      holdsBack: 'touching',
      since: NOW,
    } as const;
    const job = { job: jobAt('landing'), state: 'active', progress: null, wait } as const;
    assert.equal(stuckMark(failed, factsWith([failed], { jobs: [job] })), 'queued');
  });

  it('[B1] new commits are no recovery while the target branch is missing: nothing takes them up', () => {
    const tips = new Map([['k1', OTHER_TIP]]);
    const target = { kind: 'missing', message: 'There is no branch main.' } as const;
    assert.equal(stuckMark(failed, factsWith([failed], { tips })), 'queued');
    assert.equal(stuckMark(failed, factsWith([failed], { tips, target })), 'cold');
  });

  it('[B1] cold when nothing will happen until a person acts', () => {
    assert.equal(stuckMark(failed, factsWith([failed])), 'cold');
    assert.equal(stuckMark(storyIn(STAGES.Blocked), factsWith([])), 'cold');
  });
});

describe('the board model', () => {
  const model = buildBoardModel(factsWith(everyStage));

  it('[B3] every stuck story says why in one line and offers what can be done', () => {
    for (const card of model.cards.filter((one) => one.mark !== null)) {
      assert.ok(card.why !== null && !card.why.includes('\n'), card.stage);
      assert.match(card.why, /Nothing will happen until you act\.$/);
      const most = card.stage === 'MergeFailureFinal' ? 4 : 3;
      assert.ok(card.primaryActions.length > 0 && card.primaryActions.length <= most, card.stage);
    }
  });

  it('[S10] a card says what its story waits for and who waits for it, and offers no start that would be refused', () => {
    const stories = [
      storyIn(STAGES.QA, { key: 'k12', number: 12 }),
      storyIn(STAGES.Backlog, { key: 'k15', number: 15, dependsOn: ['k12'] }),
      storyIn(STAGES.Backlog, { key: 'k16', number: 16, dependsOn: ['k12', 'k13'] }),
      storyIn({ name: 'Archived', reason: { kind: 'abandoned' } }, { key: 'k13', number: 13 }),
    ];
    const card = (number: number) => buildBoardModel(factsWith(stories)).cards.find((one) => one.number === number);
    assert.equal(card(15)?.why, 'Waits for #12 (in QA).');
    assert.equal(card(15)?.state, 'waiting');
    assert.deepEqual(card(15)?.primaryActions, []);
    assert.deepEqual(card(12)?.facts, ['#15 and #16 wait for this']);
    assert.deepEqual(card(12)?.neededBy, [15, 16]);
    assert.match(card(16)?.why ?? '', /^It depends on #13, which was abandoned\..* It also waits for #12 \(in QA\)\.$/);
    assert.deepEqual(card(16)?.primaryActions, ['dependsOn']);
    assert.deepEqual(card(16)?.dependsOn, [
      { key: 'k12', number: 12, state: 'QA' },
      { key: 'k13', number: 13, state: 'abandoned' },
    ]);
  });

  it('[S10] a story in the queue says that it waits for another, and those behind it do not wait for it', () => {
    const stories = [
      storyIn(STAGES.Merge, { key: 'k1', number: 1, priority: 0, dependsOn: ['k2'] }),
      storyIn(STAGES.Coding, { key: 'k2', number: 2 }),
      storyIn(STAGES.Merge, { key: 'k3', number: 3 }),
      storyIn(STAGES.Merge, { key: 'k4', number: 4 }),
    ];
    const { cards } = buildBoardModel(factsWith(stories, { coder: null }));
    const why = (number: number) => cards.find((one) => one.number === number)?.why;
    assert.equal(why(1), 'Waits for #2 (in Coding). Lands after that by itself.');
    assert.equal(why(3), null);
    assert.equal(why(4), 'Queued behind #3.');
  });

  it('[MQ12, U1] of several that are proven together each says with which, at which gate, and since when', () => {
    const stories = [1, 2].map((number) => storyIn(STAGES.Merge, { key: `k${number}`, number }));
    const progress = { gate: 'test', index: 1, total: 3, startedAt: NOW };
    const jobs = [
      { job: jobAt('gating'), state: 'active', progress: null, wait: null, provenWith: { number: 2, progress } },
      { job: jobAt('gating', { id: 'job-2', storyKey: 'k2', number: 2 }), state: 'active', progress, wait: null },
    ] as const;
    assert.deepEqual(
      buildBoardModel(factsWith(stories, { jobs })).cards.map(({ facts }) => facts),
      [
        ['proven with #2', 'test 2/3', { since: NOW }],
        ['test 2/3', { since: NOW }],
      ],
    );
  });

  it('[S1] labels and priority show on the card of a story in every stage that is worked on', () => {
    const labelled = everyStage.map((story) => ({ ...story, labels: ['billing'], priority: 1 }));
    for (const card of buildBoardModel(factsWith(labelled)).cards) {
      assert.ok(card.facts.includes('billing'), card.stage);
      assert.equal(card.priority, 1);
      for (const id of ['rename', 'setPriority', 'setLabels', 'dependsOn'] as const)
        assert.ok(card.actions.includes(id));
    }
  });

  it('[U1, U5] output is offered as soon as something may have run, not on what was never started', () => {
    const offers = (change: Partial<StoryRecord>): boolean | undefined =>
      buildBoardModel(factsWith([storyIn(STAGES.Backlog, change)])).cards[0]?.actions.includes('showOutput');
    assert.equal(offers({ branch: null }), false);
    assert.equal(offers({ branch: 'refs/heads/story/1-x' }), true, 'taken back to the backlog');
    for (const { stage, actions } of buildBoardModel(factsWith(everyStage)).cards)
      if (stage !== 'Backlog') assert.ok(actions.includes('showOutput'), stage);
  });

  it('[U1] the groups stand in the order of the columns, behind what needs the person', () => {
    assert.deepEqual(GROUP_NAMES, ['Needs you', ...COLUMN_NAMES, 'Archived']);
  });

  it('[U1] every story stands in exactly one group of the tree', () => {
    const keys = GROUP_NAMES.flatMap((group) => model.groups[group]);
    assert.deepEqual([...keys].sort(), everyStage.map((story) => story.key).sort());
    assert.equal(model.groups['Needs you'].length, model.counts.needsYou);
  });

  it('[U3] counts running agents, the queue, and what needs you', () => {
    assert.deepEqual(model.counts, { running: 0, queued: 1, stuck: 3, needsYou: 4 });
    const coding = storyIn(STAGES.Coding);
    assert.equal(buildBoardModel(factsWith([coding], { runs: new Map([['k1', run]]) })).counts.running, 1);
  });

  it('[U2] a story off the line stands in the column it belongs to', () => {
    const column = (name: string) => model.cards.find((card) => card.stage === name)?.column;
    assert.deepEqual(
      [
        column('MergeFailure'),
        column('MergeFailureFinal'),
        column('ReviewHold'),
        column('Blocked'),
        column('Frozen'),
        column('Archived'),
      ],
      ['Merge', 'Merge', 'QA', 'Coding', 'Frozen', null],
    );
  });

  it('[B2] each mark has its symbol, word and spoken label', () => {
    assert.deepEqual(
      Object.values(MARK_WORDS).map((words) => words.symbol),
      ['🤖', '⏳', '🔴'],
    );
    const card = model.cards.find((one) => one.stage === 'MergeFailure');
    assert.ok(card !== undefined && spokenCard(card, NOW).includes(MARK_WORDS.cold.spoken));
  });

  it('[MQ9] a landing held up by local changes names the files and says that it goes on by itself', () => {
    const story = storyIn(STAGES.Merge);
    const why = { message: 'Local changes are in the way.' };
    const wait = {
      why,
      files: ['src/a.ts'],
      holdsBack: 'touching',
      since: new Date(2026, 0, 2, 3, 4, 5).getTime(),
    } as const;
    const job = { job: jobAt('landing'), state: 'active', progress: null, wait } as const;
    const [card] = buildBoardModel(factsWith([story], { jobs: [job] })).cards;
    const rest = 'Lands by itself once that is out of the way.';
    assert.equal(
      card?.why,
      `Your file src/a.ts is in the way. Local changes are in the way. It has waited since 2026-01-02 03:04. ${rest}`,
    );
    assert.equal(card.state, 'needsYou');
  });

  it('[A11] an unapproved list of commands is one notice with its action, and each waiting story says so', () => {
    const waiting = buildBoardModel(factsWith([storyIn(STAGES.QA)], { permission: 'unapproved' }));
    assert.deepEqual(
      waiting.notices.map((notice) => notice.action?.id),
      ['approveCommands'],
    );
    assert.match(waiting.cards[0]?.why ?? '', /approve the configured commands/);
  });

  it('[P1] what was lost is a notice before anything else, with the action that acknowledges it, and its stories say so', () => {
    const losses = [
      { id: 'a', at: '2026-01-02T11:00:00.000Z', kind: 'lost' as const, text: 'Two changes are lost.', held: ['k1'] },
      { id: 'b', at: '2026-01-02T11:00:00.000Z', kind: 'restored' as const, text: 'All is restored.', held: [] },
    ];
    const model = buildBoardModel(factsWith([storyIn(STAGES.QA)], { losses }));
    const action = { id: 'acknowledgeLoss', label: 'Acknowledge' };
    assert.deepEqual(model.notices, [
      { severity: 'error', text: 'Two changes are lost.', action },
      { severity: 'info', text: 'All is restored.', action },
    ]);
    assert.match(model.cards[0]?.why ?? '', /Records of #1 were damaged/);
  });

  it('[P8] rounds that fail are a notice: what failed, for how long, what that stops, what to do; then it is gone', () => {
    const why = 'unexpected line in .git/packed-refs\nIn /repo/.git.\nThe log has the command.';
    const since = NOW - 3 * 60_000;
    const missing = { kind: 'missing', message: 'Nobody has looked.' } as const;
    const failing = factsWith([storyIn(STAGES.QA)], { target: missing, roundProblem: { kind: 'fails', why, since } });
    const { notices } = buildBoardModel(failing);
    assert.deepEqual(
      notices.map((notice) => [notice.severity, notice.action?.id]),
      [['error', 'showLog']],
      'what the target is nobody knows then',
    );
    assert.equal(
      notices[0]?.text,
      'Switchyard has failed to look after this repository for 3 min: unexpected line in .git/packed-refs. In /repo/.git. ' +
        'The log has the command. It tries again every few seconds by itself. ' +
        'Until then no story starts, is proven or lands.',
    );
    const hanging = buildBoardModel(factsWith([], { roundProblem: { kind: 'hangs', since } }));
    assert.match(hanging.notices[0]?.text ?? '', /waiting for 3 min for an answer from git or the disk/);
    assert.deepEqual(buildBoardModel({ ...failing, ...factsWith([]), roundProblem: null }).notices, []);
  });

  it('[G13] the card of the story that it is for names the program, waits, and can end it; no other does', () => {
    const [one, other] = [storyIn(STAGES.Merge), storyIn(STAGES.Merge, { key: 'k2', number: 43 })];
    const since = new Date(2026, 0, 2, 3, 4, 5).getTime();
    const gitWaits = [{ verb: 'commit-tree', program: 'gpg', cwd: '/repo', since, story: one.key }];
    const job = { job: jobAt('leased'), state: 'active', progress: null, wait: null } as const;
    const [card, second] = buildBoardModel(factsWith([one, other], { gitWaits, jobs: [job] })).cards;
    assert.equal(
      card?.why,
      'Waits for gpg, since 03:04. Try it in a terminal in /repo: it may be asking for something. Stop Waiting ends git commit-tree.',
    );
    assert.deepEqual([card.state, card.brief, card.primaryActions], ['waiting', 'Waits for gpg', ['stopWaitingFor']]);
    assert.equal(second?.actions.includes('stopWaitingFor'), false);
  });

  it('[G13] a git call that waits is a notice: for what, since when, where, what to do; and it can be ended', () => {
    const wait = { verb: 'commit-tree', program: 'gpg', cwd: '/repo', since: NOW - 42_000, story: null };
    const gitWaits = [wait, { ...wait, verb: 'reset', program: 'git reset' }];
    const action = { id: 'stopWaiting', label: 'Stop Waiting' };
    const { notices } = buildBoardModel(factsWith([], { gitWaits }));
    assert.deepEqual(
      notices.map(({ severity, text, action: does }) => ({ severity, text, action: does })),
      [
        {
          severity: 'warning',
          text:
            'git commit-tree has waited for 42 s in /repo for gpg. Try gpg there in a terminal: it may be asking for something. ' +
            'Other stories go on.',
          action,
        },
        { severity: 'warning', text: 'git reset has been at work for 42 s in /repo. Other stories go on.', action },
      ],
    );
  });

  it('[U11] each thing that a person can ask for has its own word while it is being done', () => {
    const words = new Set<string>();
    const events = Object.values(ACTIONS).flatMap(({ event }) => event ?? []);
    for (const event of events) {
      const story = storyIn(STAGES.Coding);
      const pending = new Map([[story.key, { event, since: NOW }]]);
      const [card] = buildBoardModel(factsWith([story], { pending })).cards;
      assert.ok(card !== undefined && card.state === 'working' && card.why === null);
      const [word, ...rest] = card.facts;
      assert.ok(typeof word === 'string');
      words.add(word);
      assert.deepEqual(rest, [{ since: NOW }]);
    }
    assert.equal(words.size, new Set(events).size);
    for (const word of words) assert.match(word, /…$/);
  });

  it('[P5] a window that follows shows the same cards, offers the same, and says so after what is urgent', () => {
    const facts = factsWith([storyIn(STAGES.Coding)], { permission: 'unapproved' });
    const led = buildBoardModel(facts);
    const followed = asFollowed(led);
    assert.deepEqual({ ...followed, mode: 'leading', notices: led.notices }, led);
    assert.deepEqual(followed.mode, 'following');
    assert.match(followed.notices[0]?.text ?? '', /wait for your approval/);
    assert.match(followed.notices.at(-1)?.text ?? '', /^Another window runs Switchyard/);
  });
});

describe('what a row of the tree offers', () => {
  it('[U1] its menu has at most thirteen entries in every stage, submenus counted once, leads to its page, and leaves no action out', () => {
    const { menus } = contributions();
    const fits = ({ when }: { readonly when: string }, actions: readonly string[]) => {
      const [, wanted = ''] = /viewItem =~ \/;(?:\(\?:)?([\w|]+)/.exec(when) ?? [];
      return wanted.split('|').some((id) => actions.includes(id));
    };
    assert.deepEqual(
      menus['switchyard.open'].filter(({ when }) => when === 'viewItem =~ /^story;/').map(({ command }) => command),
      ['switchyard.showStoryPage'],
    );
    for (const { actions, number } of buildBoardModel(factsWith(everyStage)).cards) {
      const entries = menus['view/item/context'].filter(
        (one) => fits(one, actions) && !one.group?.startsWith('inline'),
      );
      assert.ok(entries.length > 0 && entries.length <= 13, `#${number}: ${entries.length}`);
      const deep = [...menus['switchyard.open'], ...menus['switchyard.move'], ...menus['switchyard.describe']];
      const offered = [...entries, ...deep].flatMap((one) => ('command' in one ? one.command.slice(11) : []));
      for (const id of actions.filter((one) => ACTIONS[one].menu !== null)) assert.ok(offered.includes(id), id);
    }
  });

  it('[U1, ST4] a story that has landed is not asked why it has not, and offers Freeze only as a stage to move to', () => {
    for (const { stage, actions, moves } of buildBoardModel(factsWith(everyStage)).cards) {
      const offered = (['freeze', 'whyNotLanded'] as const).filter((id) => actions.includes(id));
      const freezes = stage !== 'Frozen' && stage !== 'Archived';
      assert.equal(moves.includes('Frozen'), freezes, stage);
      assert.deepEqual(offered, stage === 'Done' ? [] : freezes ? ['freeze', 'whyNotLanded'] : ['whyNotLanded'], stage);
    }
  });

  it('[U1] at most two of its actions are buttons, in every stage', () => {
    for (const { actions, number } of buildBoardModel(factsWith(everyStage)).cards) {
      const buttons = actions.filter((id) => ACTIONS[id].button !== undefined);
      assert.ok(buttons.length <= 2, `#${number} has ${buttons.join(', ')}`);
    }
  });
});
