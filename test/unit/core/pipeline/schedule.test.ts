import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { RunFinding } from '../../../../src/core/agents/finding';
import type { GateFacts, JobFacts, LiveRun, PipelineFacts, TargetFacts } from '../../../../src/core/pipeline/facts';
import type { MergeJob } from '../../../../src/core/landing/job';
import { inLandingOrder, inQueueOrder } from '../../../../src/core/pipeline/queueOrder';
import { dependenciesOf } from '../../../../src/core/story/dependencies';
import type { StageOf } from '../../../../src/core/story/stage';
import type { StoryRecord } from '../../../../src/core/story/story';
import { roomLacking } from '../../../../src/core/pipeline/diskRoom';
import type { Action } from '../../../../src/core/pipeline/action';
import { RED_ROUNDS_LIMIT, schedule } from '../../../../src/core/pipeline/schedule';
import { buildBoardModel } from '../../../support/buildBoardModel';
import { say } from '../../../../src/core/words/said';
import {
  factsWith,
  jobAt,
  NOW,
  OTHER_TARGET_TIP,
  OTHER_TIP,
  STAGES,
  storyIn,
  TARGET_TIP,
  TIP,
} from '../../../support/storyFixtures';

const coderRun: LiveRun = { kind: 'coder', name: 'sample', role: 'coder', startedAt: NOW, tip: null, progress: null };
const gateRun: LiveRun = { kind: 'gates', name: 'gates', role: null, startedAt: NOW, tip: TIP, progress: null };
const active = (job = jobAt('gating')): JobFacts => ({ job, state: 'active', progress: null, wait: null });
const missing: TargetFacts = { kind: 'missing', message: 'There is no branch main.' };
const invalid: GateFacts = { kind: 'invalid', message: 'Line 2: a gate has no command.' };
const kinds = (actions: Action[]) => actions.map((action) => `${action.kind} ${action.key}`);
const story = (number: number, stage = STAGES.Coding as Parameters<typeof storyIn>[0], change = {}) =>
  storyIn(stage, { key: `k${number}`, number, ...change });

const review: StageOf<'QA'> = { ...STAGES.QA, review: { reasons: [] } };

describe('the scheduler', () => {
  it('[A2] starts coders in priority order and within the cap', () => {
    const stories = [story(1), story(2, STAGES.Coding, { priority: 0 }), story(3)];
    assert.deepEqual(kinds(schedule(factsWith(stories, { maxCoders: 2 }))), ['startCoder k2', 'startCoder k1']);
    const busy = new Map([['k2', coderRun]]);
    assert.deepEqual(kinds(schedule(factsWith(stories, { maxCoders: 2, runs: busy }))), ['startCoder k1']);
  });

  it('[A2, A6] an agent has no more runs than its own cap, solving merges counted, and who waits for it keeps nobody waiting', () => {
    const merging = story(9, STAGES.MergeFailure);
    const stories = [story(1), story(2), story(3, STAGES.Coding, { agent: 'b' }), story(4), merging];
    const facts = { coder: 'a', agents: { coder: ['a', 'b'] }, maxCoders: 4, agentCaps: new Map([['a', 1]]) };
    assert.deepEqual(kinds(schedule(factsWith(stories, facts))), ['startCoder k1', 'startCoder k3']);
    const runs = new Map<string, LiveRun>([['k9', { ...coderRun, name: 'a', kind: 'mergemaster' }]]);
    assert.deepEqual(kinds(schedule(factsWith(stories, { ...facts, runs }))), ['startCoder k3']);
    const cards = buildBoardModel(factsWith(stories, { ...facts, runs })).cards;
    const said = (number: number) => cards.find((one) => one.number === number)!;
    assert.deepEqual([said(1).why, said(1).state], ['Waits for a (1 of 1 at work).', 'waiting']);
    assert.equal(said(1).brief, 'Waits for a (1 of 1 at work)');
    assert.equal(said(3).why, null);
  });

  it('[A1, A2] has an agent review what gates let through, before new code and within the caps; nothing of it is proven meanwhile', () => {
    const stories = [story(1), story(2, review), story(3, review), story(4, STAGES.QA)];
    const facts = { coder: 'a', reviewer: { name: 'rita' }, maxCoders: 3 };
    const starts = ['startReviewer k2', 'startReviewer k3', 'startCoder k1', 'startGates k4'];
    assert.deepEqual(kinds(schedule(factsWith(stories, facts))), starts);
    assert.deepEqual(kinds(schedule(factsWith(stories, { ...facts, agentCaps: new Map([['rita', 1]]) }))), starts.filter((one) => one !== 'startReviewer k3')); // prettier-ignore
    const own = [story(1), story(2, review), story(3, review, { reviewer: 'rosa' }), story(4, STAGES.QA)];
    const agents = { reviewer: ['rita', 'rosa'] };
    assert.deepEqual(kinds(schedule(factsWith(own, { ...facts, agents, agentCaps: new Map([['rita', 1]]) }))), starts, 'rosa has room'); // prettier-ignore
    const [first, second, , gates] = starts;
    assert.deepEqual(kinds(schedule(factsWith(stories, { ...facts, maxCoders: 2 }))), [first, second, gates]);
    assert.deepEqual(kinds(schedule(factsWith(stories, { ...facts, maxCoders: 0 }))), ['startGates k4']);
    const unread = factsWith([story(2, review)], { reviewer: { name: null }, agentProblem: 'They cannot be read.' });
    assert.deepEqual(kinds(schedule(unread)), []);
    assert.deepEqual(kinds(schedule(factsWith([story(2, review)], { reviewer: null }))), ['startGates k2']);
  });

  it('[A1, ST1] a review ends where its story is proven anew or goes elsewhere, and a commit meanwhile waits for its end', () => {
    const run: LiveRun = { ...coderRun, kind: 'reviewer', role: 'qa', tip: TIP };
    const facts = { reviewer: { name: 'rita' }, runs: new Map([['k2', run]]) };
    const moved = { ...facts, tips: new Map([['k2', OTHER_TIP]]) };
    assert.deepEqual(kinds(schedule(factsWith([story(2, review)], facts))), []);
    assert.deepEqual(kinds(schedule(factsWith([story(2, review)], moved))), []);
    assert.deepEqual(kinds(schedule(factsWith([story(2, review)], { ...moved, runs: new Map() }))), ['event k2']);
    assert.deepEqual(kinds(schedule(factsWith([story(2, STAGES.QA)], facts))), ['stopRun k2']);
    assert.deepEqual(kinds(schedule(factsWith([story(2, STAGES.ReviewHold)], facts))), ['stopRun k2']);
  });

  it('[A2] puts no agent to new work while the disk has no room for it, says so, and proves and lands what is there', () => {
    const stories = [story(1), story(3, STAGES.QA)];
    const facts = factsWith(stories, { diskRoom: { free: 300e6, worktree: 450e6 } });
    assert.deepEqual(kinds(schedule(facts)), ['startGates k3']);
    const [card] = buildBoardModel(facts).cards;
    assert.deepEqual([card?.why, card?.state], ['Waits for disk space: 300 MB free, a worktree takes 450 MB.', 'waiting']); // prettier-ignore
    const gate = 1e9;
    assert.equal(roomLacking({ free: gate, worktree: 500e6, total: 1e12 }), null);
    assert.deepEqual(roomLacking({ free: gate, worktree: 501e6, total: 1e12 }), { free: gate, worktree: 501e6 });
    assert.notEqual(roomLacking({ free: 299e6, worktree: null, total: 1e12 }), null);
    assert.equal(roomLacking({ free: 30e6, worktree: 1e6, total: 200e6 }), null, 'a small disk needs less');
  });

  it('[A2] starts no agent while they are paused, and lets those at work go on', () => {
    const stories = [story(1), story(2), story(3, STAGES.QA)];
    const actions = schedule(factsWith(stories, { maxCoders: 0, runs: new Map([['k2', coderRun]]) }));
    assert.deepEqual(kinds(actions), ['startGates k3']);
  });

  it('[A1] starts no coder where no agent is configured: a person codes', () => {
    assert.deepEqual(schedule(factsWith([story(1)], { coder: null })), []);
  });

  it('[A1] starts no coder while there is a problem with the configured agents', () => {
    const stories = [story(1), story(2, STAGES.QA)];
    const agentProblem = 'Agent sample has no command.';
    assert.deepEqual(kinds(schedule(factsWith(stories))), ['startCoder k1', 'startGates k2']);
    assert.deepEqual(kinds(schedule(factsWith(stories, { agentProblem }))), ['startGates k2']);
  });

  it('[MQ13] of one priority those land first that let the most land, where the setting says so, and as they came where not', () => {
    const stories = [story(1, STAGES.Merge), story(2, STAGES.Merge), story(3, STAGES.Merge)];
    const conflicts = ['k2', 'k3'].map((other) => ({ one: 'k1', other, files: ['a.ts'] }));
    const first = (change: Partial<Parameters<typeof factsWith>[1]>, all = stories): string[] =>
      kinds(schedule(factsWith(all, { conflicts, ...change })));
    assert.deepEqual(first({}), ['dispatchMerge k1']);
    assert.deepEqual(first({ mergeOrder: 'arrival' }), ['dispatchMerge k1']);
    assert.deepEqual(first({ mergeOrder: 'fewestConflicts' }), ['dispatchMerge k2']);
    const urgent = [story(1, STAGES.Merge, { priority: 0 }), ...stories.slice(1)];
    assert.deepEqual(first({ mergeOrder: 'fewestConflicts' }, urgent), ['dispatchMerge k1']);
    const cards = buildBoardModel(factsWith(stories, { conflicts, mergeOrder: 'fewestConflicts' })).cards;
    assert.deepEqual(cards.map(({ number }) => number), [2, 3, 1]); // prettier-ignore
  });

  it('[P1] nothing starts or lands for a story whose records were lost, until that is acknowledged; others go on', () => {
    const stories = [story(1), story(2, STAGES.QA), story(3, STAGES.Merge), story(4)];
    const loss = {
      id: 'x',
      at: '2026-01-02T11:00:00.000Z',
      kind: 'lost',
      text: 'Lost.',
      held: ['k1', 'k2', 'k3'],
    } as const;
    const losses = [{ ...loss, held: [...loss.held] }];
    assert.deepEqual(kinds(schedule(factsWith(stories, { losses }))), ['startCoder k4']);
    assert.deepEqual(kinds(schedule(factsWith(stories))).sort(), [
      'dispatchMerge k3',
      'startCoder k1',
      'startCoder k4',
      'startGates k2',
    ]);
  });

  it('[P1] the landing of a held story goes on only where the ref has moved already', () => {
    const losses = [{ id: 'x', at: '2026-01-02T11:00:00.000Z', kind: 'lost' as const, text: 'Lost.', held: ['k1'] }];
    const left = (step: 'landing' | 'landed'): JobFacts[] => [{ ...active(jobAt(step)), state: 'orphaned' }];
    const act = (jobs: JobFacts[]) => kinds(schedule(factsWith([story(1, STAGES.Merge)], { losses, jobs })));
    assert.deepEqual(act(left('landing')), []);
    assert.deepEqual(act(left('landed')), ['dispatchMerge k1']);
  });

  it('[S10] no agent starts on a story before all it depends on have landed, and one does at once then', () => {
    const waiting = story(2, STAGES.Coding, { dependsOn: ['k1'] });
    assert.deepEqual(kinds(schedule(factsWith([story(1, STAGES.QA), waiting]))), ['startGates k1']);
    assert.deepEqual(kinds(schedule(factsWith([story(1, STAGES.Done), waiting]))), ['startCoder k2']);
    const lost = story(1, { name: 'Archived', reason: { kind: 'abandoned' } });
    assert.deepEqual(schedule(factsWith([lost, waiting])), []);
    assert.deepEqual(schedule(factsWith([waiting])), [], 'one that nobody has looked up yet does not count as met');
  });

  it('[S10] what came to depend on another in the queue lands behind it, and holds up nobody else', () => {
    const first = story(1, STAGES.Merge, { dependsOn: ['k2'], priority: 0 });
    const second = story(2, STAGES.Merge, { priority: 3 });
    const third = story(3, STAGES.Merge, { priority: 2 });
    assert.deepEqual(kinds(schedule(factsWith([first, second]))), ['dispatchMerge k2']);
    assert.deepEqual(kinds(schedule(factsWith([first, second, third]))), ['dispatchMerge k3']);
    assert.deepEqual(schedule(factsWith([first, story(2, STAGES.Coding)], { coder: null })), []);
    const stories = [first, second, third];
    const order = inLandingOrder(stories, NOW, dependenciesOf(stories, new Map()));
    assert.deepEqual(
      order.map(({ number }) => number),
      [3, 2, 1],
    );
  });

  it('[S10] whatever depends on what, the order of the queue holds each story once and none before what it depends on', () => {
    const edges = fc.array(fc.tuple(fc.nat(5), fc.nat(5)), { maxLength: 8 });
    fc.assert(
      fc.property(edges, fc.array(fc.nat(3), { minLength: 6, maxLength: 6 }), (pairs, priorities) => {
        const stories = priorities.map((priority, at) => {
          const dependsOn = pairs.filter(([from, to]) => from === at && to < at).map(([, to]) => `k${to + 1}`);
          return story(at + 1, STAGES.Merge, { priority, dependsOn });
        });
        const order = inLandingOrder(stories, NOW, dependenciesOf(stories, new Map())).map(({ key }) => key);
        assert.deepEqual(
          [...order].sort(),
          stories.map(({ key }) => key),
        );
        for (const { key, dependsOn } of stories) {
          for (const before of dependsOn) assert.ok(order.indexOf(before) < order.indexOf(key));
        }
        const [first] = order;
        assert.deepEqual(kinds(schedule(factsWith(stories))), [`dispatchMerge ${first ?? ''}`]);
      }),
    );
  });

  it('[S10] a landing at work is taken back when its story comes to wait, unless it may have landed already', () => {
    const stories = [story(1, STAGES.Merge, { dependsOn: ['k2'] }), story(2, STAGES.Coding)];
    const act = (job: JobFacts) => kinds(schedule(factsWith(stories, { jobs: [job], coder: null })));
    assert.deepEqual(act(active(jobAt('gating'))), ['withdrawMerge k1']);
    assert.deepEqual(act(active(jobAt('landing'))), []);
    const orphan = (step: 'gating' | 'landing'): JobFacts => ({ ...active(jobAt(step)), state: 'orphaned' });
    assert.deepEqual(act(orphan('gating')), [], 'what an earlier boot left is not taken up before its time');
    assert.deepEqual(act(orphan('landing')), ['dispatchMerge k1'], 'it may have landed: that is found out');
  });

  it('[Y4, MQ26] a landing whose story left the queue on another machine is taken back, unless it may have landed', () => {
    const act = (step: MergeJob['step'], stories: readonly StoryRecord[], change: Partial<MergeJob> = {}) =>
      kinds(schedule(factsWith(stories, { jobs: [active(jobAt(step, change))] })));
    const elsewhere = story(1, STAGES.Merge, { worksAt: { machine: 'bob', name: 'Bob' } });
    for (const stories of [[], [elsewhere], [story(1, STAGES.Backlog)]]) {
      assert.deepEqual(act('leased', stories), ['withdrawMerge k1']);
      assert.deepEqual(act('landing', stories), []);
      assert.deepEqual(act('gating', stories, { stopped: { kind: 'withdrawn', why: 'x' } }), []);
    }
    assert.deepEqual(act('gating', [story(1, STAGES.Merge)]), []);
  });

  it('[MQ17, MQ26] criteria are checked while a landing only waits, and not while one is at work', () => {
    const done = storyIn(STAGES.Done, { key: 'k9', number: 9 });
    const wait = { why: { message: 'Your file is in the way' }, files: ['a.txt'], holdsBack: 'all' as const, since: 0 };
    const act = (job: JobFacts) =>
      kinds(schedule(factsWith([story(1, STAGES.Merge), done], { jobs: [job], criteriaDue: ['k9'] })));
    assert.deepEqual(act({ ...active(jobAt('landing')), wait }), ['checkCriteria k9']);
    assert.deepEqual(act(active(jobAt('landing'))), []);
  });

  it('[G13, MQ26] a landing that is told to end, and has not yet, holds no other back', () => {
    const ending: JobFacts = { ...active(jobAt('leased')), isEnding: true };
    const act = (change: Partial<PipelineFacts>) =>
      kinds(schedule(factsWith([story(2, STAGES.Merge)], { jobs: [ending], ...change })));
    const queue = { policy: { kind: 'train' as const, size: 2 }, why: say('because') };
    assert.deepEqual(act({ queue }), ['dispatchMerge k2']);
    assert.deepEqual(act({}), [], 'it keeps its place until it has ended');
  });

  it('[A12] lands nothing while a move of the target by an agent is undecided, and takes back what is at work', () => {
    const finding = {
      id: 'x', at: '2026-01-02T11:00:00.000Z', agent: 'coder', storyKey: 'k9', number: 9, kind: 'targetMoved' as const,
      ref: 'refs/heads/main', from: OTHER_TARGET_TIP, to: TARGET_TIP, commits: [], commitCount: 1,
    }; // prettier-ignore
    const act = (findings: RunFinding[], jobs: JobFacts[] = []) =>
      kinds(schedule(factsWith([story(1, STAGES.Merge)], { findings, jobs })));
    assert.deepEqual(act([]), ['dispatchMerge k1']);
    assert.deepEqual(act([finding]), []);
    assert.deepEqual(act([finding], [active(jobAt('gating'))]), ['withdrawMerge k1']);
    // What may have landed already is found out; it is not pulled from under its landing.
    assert.deepEqual(act([finding], [active(jobAt('landing'))]), []);
    assert.deepEqual(act([finding], [{ ...active(jobAt('landing')), state: 'orphaned' }]), ['dispatchMerge k1']);
    assert.deepEqual(act([finding], [{ ...active(jobAt('gating')), state: 'orphaned' }]), []);
    // Another branch that was the target once, or one that was put back by hand, stops nothing.
    assert.deepEqual(act([{ ...finding, ref: 'refs/heads/old' }]), ['dispatchMerge k1']);
    assert.deepEqual(act([{ ...finding, from: TARGET_TIP }]), ['dispatchMerge k1']);
  });

  it('[A2] starts no coder on a story that a person took out of the queue', () => {
    const taken = story(1, { ...STAGES.Coding, coder: 'person' });
    assert.deepEqual(kinds(schedule(factsWith([taken, story(2)], { maxCoders: 1 }))), ['startCoder k2']);
  });

  it('[A2] never starts a second run on a story', () => {
    assert.deepEqual(schedule(factsWith([story(1)], { runs: new Map([['k1', coderRun]]) })), []);
    assert.deepEqual(schedule(factsWith([story(1, STAGES.QA)], { runs: new Map([['k1', gateRun]]) })), []);
  });

  it('[A11] starts nothing while commands are unapproved or the workspace is untrusted', () => {
    const stories = [story(1), story(2, STAGES.QA), story(3, STAGES.Merge)];
    for (const permission of ['unapproved', 'untrusted'] as const) {
      assert.deepEqual(schedule(factsWith(stories, { permission })), []);
      const tips = new Map(stories.map((one) => [one.key, one.stage.name === 'Merge' ? OTHER_TIP : TIP]));
      assert.deepEqual(
        schedule(factsWith(stories, { permission, tips })),
        [{ kind: 'event', key: 'k3', event: { name: 'ReQueuedForQa', tip: OTHER_TIP }, by: 'git' }],
        'proof of another tip is given up even then: that starts nothing',
      );
    }
  });

  it('[U10] while the target branch is missing it only ends runs that are stale', () => {
    const stories = [
      story(1),
      story(2, STAGES.QA),
      story(3, STAGES.Merge),
      story(4, STAGES.ReviewHold),
      story(5, STAGES.Frozen),
    ];
    const tips = new Map(stories.map((one) => [one.key, one.stage.name === 'ReviewHold' ? OTHER_TIP : TIP]));
    const change = { tips, runs: new Map([['k5', coderRun]]) };
    assert.deepEqual(
      kinds(schedule(factsWith(stories, change))).sort(),
      ['dispatchMerge k3', 'event k4', 'startCoder k1', 'startGates k2', 'stopRun k5'],
      'what there is to do where the target is found',
    );
    assert.deepEqual(kinds(schedule(factsWith(stories, { ...change, target: missing }))), ['stopRun k5']);
  });

  it('[MQ10] proves no story while the gates cannot be read', () => {
    const stories = [story(1, STAGES.QA)];
    assert.deepEqual(kinds(schedule(factsWith(stories))), ['startGates k1']);
    assert.deepEqual(schedule(factsWith(stories, { gates: invalid })), []);
  });

  it('[MQ10] dispatches no landing while the gates cannot be read', () => {
    const stories = [story(1, STAGES.Merge)];
    assert.deepEqual(kinds(schedule(factsWith(stories))), ['dispatchMerge k1']);
    assert.deepEqual(schedule(factsWith(stories, { gates: invalid })), []);
  });

  it('[ST4] ends the run of a story that left its stage', () => {
    const frozen = schedule(factsWith([story(1, STAGES.Frozen)], { runs: new Map([['k1', coderRun]]) }));
    assert.deepEqual(kinds(frozen), ['stopRun k1']);
    const elsewhere = schedule(
      factsWith([story(1, { ...STAGES.QA, tip: OTHER_TIP })], { runs: new Map([['k1', gateRun]]) }),
    );
    assert.ok(kinds(elsewhere).includes('stopRun k1'), 'gates that look at another commit are ended');
  });

  for (const name of ['QA', 'ReviewHold', 'Merge', 'MergeFailure'] as const) {
    it(`[ST1] a moved branch sends ${name} back to QA with the new tip, and that is no strike`, () => {
      const moved = schedule(factsWith([story(1, STAGES[name])], { tips: new Map([['k1', OTHER_TIP]]) }));
      assert.deepEqual(moved, [
        { kind: 'event', key: 'k1', event: { name: 'ReQueuedForQa', tip: OTHER_TIP }, by: 'git' },
      ]);
    });
  }

  for (const name of ['QA', 'ReviewHold', 'Merge'] as const) {
    it(`[ST1] a branch that is gone blocks its story in ${name} with the way out`, () => {
      const [action, ...others] = schedule(factsWith([story(1, STAGES[name])], { tips: new Map([['k1', null]]) }));
      assert.ok(action?.kind === 'event' && action.event.name === 'Block');
      assert.match(action.event.reason, /no longer exists.*Restore the branch/);
      assert.deepEqual(others, [], 'nothing is started on it');
    });
  }

  it('[ST1] a branch that is gone leaves a story in MergeFailure there: it is stuck already', () => {
    assert.deepEqual(schedule(factsWith([story(1, STAGES.MergeFailure)], { tips: new Map([['k1', null]]) })), []);
  });

  it('[MQ1] a story with a job at work is left to its job, wherever its branch moves', () => {
    for (const tip of [OTHER_TIP, null]) {
      const facts = factsWith([story(1, STAGES.Merge)], { tips: new Map([['k1', tip]]) });
      assert.deepEqual(kinds(schedule(facts)), ['event k1'], 'without a job');
      assert.deepEqual(schedule({ ...facts, jobs: [active(jobAt('landing'))] }), []);
    }
  });

  it('[MQ26] a landing that waits for files lets the next one go on; any other wait holds all back', () => {
    const stories = [story(1, STAGES.Merge), story(2, STAGES.Merge)];
    const waiting = (holdsBack: 'all' | 'touching'): JobFacts => ({
      ...active(jobAt('landing')),
      wait: { why: { message: 'in the way' }, files: ['a'], holdsBack, since: NOW },
    });
    assert.deepEqual(kinds(schedule(factsWith(stories, { jobs: [waiting('touching')] }))), ['dispatchMerge k2']);
    assert.deepEqual(schedule(factsWith(stories, { jobs: [waiting('all')] })), []);
    const second = { ...active(jobAt('gating')), job: { ...jobAt('gating'), storyKey: 'k2' } };
    assert.deepEqual(schedule(factsWith(stories, { jobs: [waiting('touching'), second] })), []);
  });

  it('[MQ1] dispatches one landing at a time', () => {
    const stories = [story(1, STAGES.Merge), story(2, STAGES.Merge)];
    assert.deepEqual(kinds(schedule(factsWith(stories))), ['dispatchMerge k1']);
    assert.deepEqual(schedule(factsWith(stories, { jobs: [active()] })), []);
  });

  it('[MQ12] a train is filled up as members end, a batch begins once the one before it is over', () => {
    const stories = [1, 2, 3, 4].map((number) => story(number, STAGES.Merge));
    const act = (kind: 'train' | 'batch', jobs: JobFacts[]) =>
      kinds(schedule(factsWith(stories, { jobs, queue: { policy: { kind, size: 3 }, why: say('measured') } })));
    const three = ['dispatchMerge k1', 'dispatchMerge k2', 'dispatchMerge k3'];
    assert.deepEqual(act('train', []), [...three, 'dispatchMerge k4'], 'one more is merged ahead of its gates');
    assert.deepEqual(act('batch', []), three);
    assert.deepEqual(act('train', [active()]), ['dispatchMerge k2', 'dispatchMerge k3', 'dispatchMerge k4']);
    assert.deepEqual(act('batch', [active()]), []);
    for (const holdsBack of ['touching', 'nothing'] as const) {
      const apart = { ...active(), wait: { why: { message: 'in the way' }, files: [], holdsBack, since: NOW } };
      assert.equal(act('batch', [apart]).length, 3, holdsBack);
    }
  });

  it('[MQ3, MQ12] jobs that were left are all taken up, each behind the one it is built on', () => {
    const left = (number: number, base: string, commit: string): JobFacts => ({
      ...active(
        jobAt('landing', {
          ...{ id: `job-${number}`, storyKey: `k${number}`, number },
          candidate: { commit, tree: commit, parents: [base], base },
        }),
      ),
      state: 'orphaned',
    });
    const stories = [1, 2, 3].map((number) => story(number, STAGES.Merge));
    const jobs = [left(2, OTHER_TIP, OTHER_TARGET_TIP), left(1, TARGET_TIP, OTHER_TIP)];
    assert.deepEqual(kinds(schedule(factsWith(stories, { jobs }))), ['dispatchMerge k1', 'dispatchMerge k2']);
  });

  it('[MQ3] answers a job of an earlier boot by dispatching that job, before any other', () => {
    const stories = [story(1, STAGES.Merge), story(2, STAGES.Merge, { priority: 0 })];
    const jobs: JobFacts[] = [{ job: jobAt('landing'), state: 'orphaned', progress: null, wait: null }];
    assert.deepEqual(schedule(factsWith(stories, { jobs })), [{ kind: 'dispatchMerge', key: 'k1', jobId: 'job-1' }]);
  });

  it('[MQ3] a job that may have landed already is taken up even while the gates cannot be read', () => {
    const jobs: JobFacts[] = [{ job: jobAt('landing'), state: 'orphaned', progress: null, wait: null }];
    const gates = { kind: 'invalid', message: 'line 3' } as const;
    assert.equal(schedule(factsWith([story(1, STAGES.Merge)], { jobs, gates }))[0]?.kind, 'dispatchMerge');
    const early: JobFacts[] = [{ job: jobAt('gating'), state: 'orphaned', progress: null, wait: null }];
    assert.deepEqual(schedule(factsWith([story(1, STAGES.Merge)], { jobs: early, gates })), []);
  });

  it('[MQ2] queues no merge while git has no identity', () => {
    assert.deepEqual(schedule(factsWith([story(1, STAGES.Merge)], { identity: 'missing' })), []);
  });

  it('[MQ16] first come, first served within a priority, and age raises priority', () => {
    const at = (minutesAgo: number) => new Date(NOW - minutesAgo * 60_000).toISOString();
    const late = story(1, STAGES.Merge, { queuedAt: at(5) });
    const early = story(2, STAGES.Merge, { queuedAt: at(9) });
    const urgent = story(3, STAGES.Merge, { queuedAt: at(1), priority: 1 });
    assert.deepEqual(
      inQueueOrder([late, early, urgent], NOW).map((one) => one.number),
      [3, 2, 1],
    );
    const waiting = story(4, STAGES.Merge, { queuedAt: at(6 * 60) });
    assert.equal(inQueueOrder([urgent, waiting], NOW)[0]?.number, 4);
  });

  it(`[MQ4] after ${RED_ROUNDS_LIMIT} red rounds of an agent the story is blocked with what was red`, () => {
    const strikes = Array.from({ length: RED_ROUNDS_LIMIT }, () => ({
      at: '2026-01-02T11:00:00.000Z',
      cause: 'gates red',
      evidence: 'x',
    }));
    const feedback = {
      kind: 'gates',
      summary: 'Gate test exited with code 1.',
      files: [],
      outputId: 'k1:qa_output',
    } as const;
    const stage = { name: 'Coding' as const, feedback: { ...feedback, files: [] }, coder: 'anyone' as const };
    const [action] = schedule(factsWith([story(1, stage, { strikes })]));
    assert.ok(action?.kind === 'event' && action.event.name === 'Block');
    assert.match(action.event.reason, /after 3 attempts.*exited with code 1/);
    assert.equal(action.event.outputId, 'k1:qa_output');
  });

  describe('failed merges', () => {
    const failure = STAGES.MergeFailure;
    const red = { ...failure, kind: 'gatesRed', outputId: 'k1:gate_output' } as const;
    const merging = (change = {}) => ({ agent: 'merger', outputs: new Set<string>(), standing: new Map(), ...change });
    const strike = (of?: 'mergemaster') => ({
      at: '2026-01-02T11:00:00.000Z',
      cause: 'x',
      evidence: '',
      ...(of && { of }),
    });
    const plan = (one: StoryRecord, change = {}) =>
      kinds(schedule(factsWith([one], { merging: merging(), ...change })));

    it('[MQ7, MQ8] an agent is put to them by the typed outcome and the stored output, never by a text', () => {
      const words = { title: 'CONFLICT (content): Merge conflict in a.ts' };
      assert.deepEqual(plan(story(1, failure, { title: 'No conflict at all' })), ['startMergemaster k1']);
      assert.deepEqual(plan(story(1, { ...failure, detail: '', files: [] })), ['startMergemaster k1']);
      for (const stage of [
        STAGES.Blocked,
        { ...failure, kind: 'unrelatedHistories' } as const,
        red,
        STAGES.MergeFailureFinal,
      ])
        assert.deepEqual(plan(story(1, { ...stage, detail: words.title } as typeof failure, words)), [], stage.name);
      const kept = { merging: merging({ outputs: new Set(['k1:gate_output']) }) };
      assert.deepEqual(plan(story(1, red), kept), ['startMergemaster k1']);
      assert.deepEqual(plan(story(1, failure), { merging: merging({ agent: null }) }), []);
      assert.deepEqual(plan(story(1, failure), { merging: undefined }), []);
    });

    it('[MQ8, A2] it comes before new code, within the same cap', () => {
      const stories = [story(1), story(2, failure), story(3, failure, { mergemaster: 'other' })];
      const facts = (change: object) => kinds(schedule(factsWith(stories, { merging: merging(), ...change })));
      assert.deepEqual(facts({ maxCoders: 1 }), ['startMergemaster k2']);
      const capped = { maxCoders: 3, agentCaps: new Map([[merging().agent, 1]]) };
      assert.deepEqual(facts(capped), ['startMergemaster k2', 'startCoder k1']);
      const agents = { mergemaster: [merging().agent, 'other'] };
      assert.deepEqual(facts({ ...capped, agents }), ['startMergemaster k2', 'startMergemaster k3', 'startCoder k1']);
      assert.deepEqual(facts({ maxCoders: 3 }), ['startMergemaster k2', 'startMergemaster k3', 'startCoder k1']);
      assert.deepEqual(facts({ maxCoders: 2, runs: new Map([['k2', { ...coderRun, kind: 'mergemaster' }]]) }), [
        'startMergemaster k3',
      ]);
    });

    it('[MQ4, MQ8] three strikes of its own end it, and those of coding are not among them', () => {
      const own = [strike('mergemaster'), strike('mergemaster')];
      assert.deepEqual(plan(story(1, failure, { strikes: [strike(), ...own] })), ['startMergemaster k1']);
      const [last] = schedule(
        factsWith([story(1, failure, { strikes: [...own, strike('mergemaster')] })], { merging: merging() }),
      );
      assert.ok(last?.kind === 'event' && last.event.name === 'MergeFailedFinal');
      assert.match(last.event.reason, /^3 attempts of an agent did not solve it: 1\. x; 2\. x; 3\. x\.$/);
      assert.deepEqual(plan(story(1, STAGES.Coding, { strikes: own })), ['startCoder k1']);
    });

    it('[MQ4] what an attempt left is taken back first, and its commits do not count before they were looked at', () => {
      const tips = new Map([['k1', OTHER_TIP]]);
      const standing = new Map([['k1', { by: 'agent', open: [] }]]);
      assert.deepEqual(plan(story(1, failure), { tips, merging: merging({ standing }) }), ['settleMerge k1']);
      const runs = new Map([['k1', { ...coderRun, kind: 'mergemaster' }]]);
      assert.deepEqual(plan(story(1, failure), { tips, runs }), []);
      assert.deepEqual(plan(story(1, failure), { tips }), ['event k1']);
      assert.deepEqual(plan(story(1, STAGES.MergeFailureFinal), { tips }), ['event k1']);
    });

    it('[MQ8, B1] one that is red with another waits until that has left the queue', () => {
      const pair: StoryRecord['stage'] = { ...red, kind: 'redTogether', together: [2] };
      const facts = (other: Parameters<typeof story>[1]) =>
        factsWith([story(1, pair), story(2, other)], {
          merging: merging({ outputs: new Set(['k1:gate_output']) }),
          jobs: other?.name === 'Merge' ? [active(jobAt('gating', { storyKey: 'k2', number: 2 }))] : [],
        });
      assert.deepEqual(kinds(schedule(facts(STAGES.Merge))), []);
      assert.deepEqual(kinds(schedule(facts(STAGES.Done))), ['startMergemaster k1']);
      const [card] = buildBoardModel(facts(STAGES.Merge)).cards.filter((one) => one.key === 'k1');
      assert.equal(card?.mark, 'queued');
      assert.match(card.why ?? '', /An agent is put to it once #2 has landed\.$/);
    });

    it('[MQ8] none starts where a person is at it', () => {
      const standing = new Map([['k1', { by: 'person', open: ['a.ts'] }]]);
      assert.deepEqual(plan(story(1, failure), { merging: merging({ standing }) }), []);
    });

    it('[ST4] one that is at work ends when its story leaves', () => {
      const runs = new Map([['k1', { ...coderRun, kind: 'mergemaster' }]]);
      assert.deepEqual(plan(story(1, STAGES.Frozen), { runs }), ['stopRun k1']);
    });
  });
});
