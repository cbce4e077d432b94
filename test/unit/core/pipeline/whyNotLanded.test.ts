import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { JobFacts, LiveRun, PipelineFacts } from '../../../../src/core/pipeline/facts';
import { RULE_NAMES } from '../../../../src/core/pipeline/obstacles';
import { schedule } from '../../../../src/core/pipeline/schedule';
import type { RedTarget } from '../../../../src/core/pipeline/targetHealth';
import { whyNotLanded, type WhyNotLanded } from '../../../../src/core/pipeline/whyNotLanded';
import { whyNotLandedText } from '../../../../src/core/pipeline/whyNotLandedText';
import type { Stage } from '../../../../src/core/story/stage';
import { textTable } from '../../../../src/core/words/textTable';
import { STAGE_NAMES } from '../../../../src/core/story/stageNames';
import type { StoryRecord } from '../../../../src/core/story/story';
import { projectRoot } from '../../../support/projectRoot';
import { factsWith, jobAt, NOW, OTHER_TIP, STAGES, storyIn, TARGET_TIP, TIP } from '../../../support/storyFixtures';
import { inEnglish, say, type Said } from '../../../../src/core/words/said';
import { reportInLanguage } from '../../../../src/core/words/saidReport';

const story = (number: number, change: Partial<StoryRecord> = {}): StoryRecord =>
  storyIn(STAGES.Merge, { key: `k${number}`, number, title: `Story ${number}`, ...change });
const active = (change: Partial<JobFacts> = {}): JobFacts => ({ job: jobAt('gating'), state: 'active', progress: null, wait: null, ...change }); // prettier-ignore
const gateRun: LiveRun = { kind: 'gates', name: 'gates', role: null, startedAt: NOW, tip: TIP, progress: null };

const RED_TARGET: RedTarget = {
  tip: TARGET_TIP,
  gate: 'test',
  since: { oid: OTHER_TIP, subject: 'By hand', story: null },
  search: 'found',
  next: null,
  resumedAt: null,
  tried: new Set(),
};

function ask(stories: readonly StoryRecord[], change: Partial<PipelineFacts> = {}) {
  const asked = stories.at(-1);
  assert.ok(asked !== undefined);
  return inWords(whyNotLanded(asked, factsWith(stories, change)));
}

function inWords(found: WhyNotLanded) {
  const one = (said: Said): string => inEnglish([said]);
  return {
    ...found,
    report: found,
    decision: inEnglish(found.decision),
    rule: { ...found.rule, name: one(found.rule.name) },
    wouldChange: found.wouldChange.map(one),
    lookedAt: found.lookedAt.map(({ what, is }) => ({ what: one(what), is: one(is) })),
  };
}

describe('Why Not Landed?', () => {
  it('[MQ8, MQ19] a merge that was given up says what was tried, and each way out but to set it aside', () => {
    const { decision, wouldChange } = ask([story(1, { stage: STAGES.MergeFailureFinal })]);
    assert.match(decision, /after 3 attempts\.$/);
    const ways = ['Resolve Conflicts', 'Fix Up', 'Retry Merge'];
    assert.deepEqual(
      wouldChange.map((one) => one.split(',')[0]),
      ways,
    );
    const red = ask([story(1, { stage: { ...STAGES.MergeFailureFinal, kind: 'gatesRed' } })]);
    assert.deepEqual(red.wouldChange.map((one) => one.split(',')[0]), ways.slice(1)); // prettier-ignore
  });

  it('[MQ19] each thing that is in the way is named with its rule and what would change it', () => {
    const cases: [Partial<PipelineFacts>, string, RegExp, RegExp][] = [
      [{ permission: 'unapproved' }, 'A11', /wait for your approval/, /Review Commands/],
      [{ permission: 'untrusted' }, 'A11', /not trusted/, /Workspace Trust/],
      [{ identity: 'missing' }, 'MQ2', /name and email/, /Set Git Identity/],
      [{ gates: { kind: 'invalid', message: 'Line 2 is wrong.' } }, 'MQ10', /Line 2 is wrong/, /Edit Gates/],
      [{ target: { kind: 'missing', message: 'There is no branch main.' } }, 'MQ1', /no branch main/, /Choose Target/],
      [{ redTarget: RED_TARGET }, 'MQ6', /main is red since .*paused/, /What to Do about a Red Target/],
      [{ storeProblem: { message: 'The disk is full.' } }, 'P6', /disk is full/, /by itself/],
    ];
    for (const [change, rule, decision, remedy] of cases) {
      const found = ask([story(1)], change);
      assert.equal(found.rule.id, rule);
      assert.match(found.decision, decision);
      assert.match(found.wouldChange.join(' '), remedy);
    }
  });

  it('[MQ19] the scheduler itself decides: with each thing named taken away it begins, and with one of them it does not', () => {
    const change: Partial<PipelineFacts> = { permission: 'unapproved', identity: 'missing' };
    const found = ask([story(1)], change);
    assert.equal(found.wouldChange.length, 2);
    assert.deepEqual(schedule(factsWith([story(1)], change)), []);
    assert.deepEqual(schedule(factsWith([story(1)], { identity: 'missing' })), []);
    assert.equal(schedule(factsWith([story(1)])).length, 1);
  });

  it('[MQ19] what is not in the way is not blamed: other runs are at work, and the landing is about to begin', () => {
    const runs = new Map([['k7', gateRun]]);
    const found = ask([story(7, { stage: STAGES.QA }), story(1)], { runs });
    assert.equal(found.decision, 'Its landing is about to begin.');
    assert.equal(found.rule.id, 'MQ16');
  });

  it('[MQ19] behind a landing that is at work it says which, and how the queue lands', () => {
    const queue = { policy: { kind: 'one' }, why: say('because'), gateMs: 60_000 } as const;
    const found = ask([story(1), story(2)], { jobs: [active()], queue });
    assert.equal(found.rule.id, 'MQ12');
    assert.match(found.decision, /^#1 is landing, and stories land one at a time\./);
    assert.ok(found.at !== null && found.at > NOW);
  });

  it('[MQ19, A1] names the agent that reviews it, what came of that, and how often it was sent back', () => {
    const reviewer = { name: 'rita' };
    const strike = { at: '2026-01-01T00:00:00.000Z', cause: 'sent back', evidence: '', of: 'reviewer' } as const;
    const review = (stage: Stage, change: Partial<PipelineFacts> = {}, own: Partial<StoryRecord> = {}): unknown =>
      ask([story(1, { stage, ...own })], { reviewer, ...change }).lookedAt.find(({ what }) => what === 'Review')?.is;
    const qa = STAGES.QA;
    const asked: Stage = { ...qa, review: { reasons: [] } };
    const run = { ...gateRun, kind: 'reviewer', name: 'rita' } as const;
    assert.equal(review(qa), 'by rita, once its gates are green');
    assert.equal(review(asked), 'waits for rita');
    assert.equal(
      review(asked, { runs: new Map([['k1', run]]) }, { strikes: [strike] }),
      'rita reviews it, sent back 1 of 2 times',
    );
    const agents = { reviewer: ['rita', 'rosa'] };
    assert.equal(review(asked, { agents }, { reviewer: 'rosa' }), 'waits for rosa');
    const underWay = { agents, runs: new Map([['k1', run]]) };
    assert.equal(review(asked, underWay, { reviewer: 'rosa' }), 'rita reviews it', 'rosa was chosen meanwhile');
    assert.equal(review({ ...STAGES.ReviewHold, reviewer: 'rita' }), 'rita has not accepted it');
    assert.deepEqual([review(qa, { reviewer: null }), review(STAGES.ReviewHold)], [undefined, undefined]);
  });

  it('[MQ19] behind others that come first it says that order decided, and what brings it forward', () => {
    const found = ask([story(1, { priority: 0 }), story(2)]);
    assert.equal(found.rule.id, 'MQ16');
    assert.match(found.wouldChange.join(' '), /Set Priority/);
    assert.ok(
      found.lookedAt.some(
        ({ what, is }) => what === 'Place in its queue' && is === 'behind #1 of 2 stories, priority 2',
      ),
    );
  });

  it('[MQ19] its own landing that waits says for what, with the files', () => {
    const wait = {
      why: { message: 'Your checkout has changes.' },
      files: ['a.ts'],
      holdsBack: 'all' as const,
      since: NOW - 60_000,
    };
    const found = ask([story(1)], { jobs: [active({ wait, job: jobAt('landing') })] });
    assert.equal(found.decision, 'Your file a.ts is in the way. Your checkout has changes.');
    assert.equal(found.rule.id, 'MQ26');
  });

  it('[MQ19, MQ26] behind a landing that waits and lets nobody pass, its own says which, and for what', () => {
    const wait = { why: { message: 'main cannot move.' }, files: [], holdsBack: 'all' as const, since: NOW };
    const jobs = [
      active({ wait, job: jobAt('landing') }),
      active({ job: jobAt('gated', { id: 'job-2', storyKey: 'k2', number: 2 }) }),
    ];
    const found = ask([story(1), story(2)], { jobs });
    assert.match(found.decision, /^It is landing now: .*\. #1 waits itself: main cannot move\.$/);
    assert.deepEqual([found.rule.id, found.at], ['MQ26', null]);
    const apart = { ...wait, holdsBack: 'touching' as const };
    assert.equal(
      ask([story(1), story(2)], { jobs: [active({ wait: apart, job: jobAt('landing') }), ...jobs.slice(1)] }).rule.id,
      'MQ1',
    );
  });

  it('[MQ19] a story that waits for another is told of that one, and not of what is only in the way of others', () => {
    const found = ask([story(1, { stage: STAGES.Coding }), story(2, { dependsOn: ['k1'] })]);
    assert.equal(found.rule.id, 'S10');
    assert.match(found.decision, /^Waits for #1 \(in Coding\)\./);
  });

  it('[MQ19] a branch that moved is proven again, and that is what decided', () => {
    const found = ask([story(1)], { tips: new Map([['k1', OTHER_TIP]]) });
    assert.equal(found.rule.id, 'ST1');
    assert.match(found.decision, /branch moved/);
  });

  it('[MQ19] what only its card knows is said in the card’s words', () => {
    const losses = [{ id: 'x', at: '2026-01-02T11:00:00.000Z', kind: 'lost' as const, text: 'Lost.', held: ['k1'] }];
    assert.match(ask([story(1)], { losses }).wouldChange.join(' '), /Acknowledge Lost Records/);
    const qa = storyIn(STAGES.QA);
    const busy = factsWith([qa, storyIn(STAGES.QA, { key: 'k2', number: 2 })], { runs: new Map([['k2', gateRun]]) });
    assert.match(inEnglish(whyNotLanded(qa, busy).decision), /One other run is at work/);
  });

  for (const name of STAGE_NAMES) {
    it(`[MQ19] a story in ${name} has an answer: a sentence, a rule, and facts`, () => {
      const found = ask([storyIn(STAGES[name], { title: 'Evil\u202e title' })]);
      assert.match(found.decision, /[.!?]$/);
      assert.ok(found.lookedAt.length >= 5);
      const text = reportInLanguage(whyNotLandedText(found.report, NOW));
      assert.match(text, /^Fact +For +Is$/m, 'the sentence, which may be long, stands last');
      assert.ok(text.includes('Evil\\u{202e} title') && text.includes(`${found.rule.name} (${found.rule.id})`));
      assert.equal(found.landed === 'yes', name === 'Done' || name === 'Archived');
      assert.equal(found.wouldChange.length === 0, found.landed === 'yes');
    });
  }

  it('[MQ19] the line under a column is not as long as a value that an editor has to break', () => {
    const [, rule, row] = textTable(['Fact', 'Is'], [['Queue', 'x'.repeat(90)]]).split('\n');
    assert.deepEqual([rule, row], [`─────   ${'─'.repeat(40)}`, `Queue   ${'x'.repeat(90)}`]);
  });

  it('[MQ19] each rule has the name that the description of behaviour gives it', () => {
    const behaviour = readFileSync(path.join(projectRoot, 'docs/behaviour.md'), 'utf8');
    for (const [id, name] of Object.entries(RULE_NAMES)) assert.ok(behaviour.includes(`### ${id} ${name}\n`), id);
  });
});
