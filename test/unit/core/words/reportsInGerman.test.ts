import assert from 'node:assert/strict';
import type { PipelineFacts } from '../../../../src/core/pipeline/facts';
import { whatIf } from '../../../../src/core/pipeline/whatIf';
import { whatIfText } from '../../../../src/core/pipeline/whatIfText';
import { whyNotLanded } from '../../../../src/core/pipeline/whyNotLanded';
import { whyNotLandedText } from '../../../../src/core/pipeline/whyNotLandedText';
import type { Stage } from '../../../../src/core/story/stage';
import { STAGE_NAMES } from '../../../../src/core/story/stageNames';
import type { StoryRecord } from '../../../../src/core/story/story';
import { reportInLanguage, type SaidReport } from '../../../../src/core/words/saidReport';
import { say, tell } from '../../../../src/core/words/said';
import { factsWith, jobAt, NOW, OTHER_TIP, STAGES, storyIn } from '../../../support/storyFixtures';
import { englishIn } from '../../../support/words/englishIn';
import { buildBoardModel } from '../../../support/buildBoardModel';
import { inGerman, translate } from '../../../support/words/german';

function assertGerman(report: SaidReport): void {
  const cells = reportInLanguage(report, translate).split(/\n| {3,}/);
  assert.deepEqual(englishIn(cells.map((cell) => cell.trim())), []);
}

const story = (number: number, change: Partial<StoryRecord> = {}): StoryRecord =>
  storyIn(STAGES.Merge, { key: `k${number}`, number, title: `Titel ${number}`, ...change });

describe('Reports in a German window', () => {
  const wait = {
    why: tell(say('The queue is paused until it is green.')),
    files: ['a.ts'],
    holdsBack: 'all' as const,
    since: NOW,
  };
  const job = jobAt('gating');
  const cases: [string, readonly StoryRecord[], Partial<PipelineFacts>][] = [
    ['that nothing is approved', [story(1)], { permission: 'unapproved' }],
    ['that nothing is trusted', [story(1)], { permission: 'untrusted', identity: 'missing' }],
    ['that no agent is set up', [story(1, { stage: STAGES.Coding })], { coder: null }],
    ['a moved branch', [story(1)], { tips: new Map([['k1', OTHER_TIP]]) }],
    ['what comes before', [story(1, { priority: 0 }), story(2)], {}],
    ['what it depends on', [story(1, { stage: STAGES.Coding }), story(2, { dependsOn: ['k1', 'k9'] })], {}],
    ['its landing', [story(1)], { jobs: [{ job, state: 'active', progress: null, wait: null }] }],
    ['a landing that waits', [story(1)], { jobs: [{ job, state: 'active', progress: null, wait }] }],
    ['another landing', [story(1), story(2)], { jobs: [{ job, state: 'active', progress: null, wait: null }] }],
    ['another that waits', [story(1), story(2)], { jobs: [{ job, state: 'active', progress: null, wait }] }],
  ];
  for (const [what, stories, change] of cases) {
    it(`[MQ19, U10] Why Not Landed names in German ${what}`, () => {
      const facts = factsWith(stories, change);
      const asked = stories.at(-1);
      assert.ok(asked !== undefined);
      assertGerman(whyNotLandedText(whyNotLanded(asked, facts), NOW));
    });
  }

  // Why it is blocked a person wrote.
  for (const name of STAGE_NAMES.filter((one) => one !== 'Blocked')) {
    it(`[MQ19, U10] Why Not Landed is German of a story in ${name}`, () => {
      const stage = STAGES[name];
      const failed = 'detail' in stage ? { ...stage, detail: 'Conflict in a.ts with main.' } : stage;
      const asked = story(1, { stage: failed });
      assertGerman(whyNotLandedText(whyNotLanded(asked, factsWith([asked])), NOW));
    });
  }

  it('[MQ24, U10] What If is German: who lands when, conflicts, and what each change makes of it', () => {
    const conflicts = [
      { one: 'k1', other: 'k3', files: ['a.ts'] },
      { one: 'k2', other: null, files: [] },
    ];
    const stories = [story(1), story(2), story(3), story(4, { stage: STAGES.ReviewHold })];
    for (const gateMs of [60_000, null]) {
      const queue = { policy: { kind: 'one' }, why: say('hardly any story is red'), gateMs } as const;
      const facts = factsWith(stories, { conflicts, queue });
      assertGerman(whatIfText(whatIf(facts), { target: null, queue, moment: (ms) => String(ms) }));
    }
    assertGerman(whatIfText(whatIf(factsWith([])), { target: 'main', queue: null, moment: (ms) => String(ms) }));
  });

  it('[U1, U10] a card says in German what a record keeps of why its story is stuck, whole and in a few words', () => {
    const reasons = [
      'It touches src/a.ts, which review.paths asks a person to look at.',
      'It removes 2 tests from b.ts.',
    ];
    const feedback = { kind: 'gates', summary: 'Gate test exited with code 1.', files: [], outputId: null } as const;
    const detail = 'Merged into main, its gates are red. Gate test ran longer than 30 s and was ended.';
    const stages: Stage[] = [
      { ...STAGES.ReviewHold, reasons },
      { ...STAGES.Coding, coder: 'person', feedback: { ...feedback, files: [] } },
      { ...STAGES.MergeFailure, kind: 'gatesRed', detail },
      { ...STAGES.Blocked, reason: 'claude: It exited with code 1; its branch holds 2 commits.' },
    ];
    const stories = stages.map((stage, at) => story(at + 1, { stage }));
    for (const { said } of buildBoardModel(factsWith(stories)).cards)
      assert.deepEqual(englishIn([inGerman(said.why), inGerman(said.brief)]), []);
  });
});
