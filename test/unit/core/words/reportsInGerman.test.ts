import assert from 'node:assert/strict';
import type { PipelineFacts } from '../../../../src/core/pipeline/facts';
import { whatIf } from '../../../../src/core/pipeline/whatIf';
import { whatIfText } from '../../../../src/core/pipeline/whatIfText';
import { whyNotLanded } from '../../../../src/core/pipeline/whyNotLanded';
import { whyNotLandedText } from '../../../../src/core/pipeline/whyNotLandedText';
import type { StoryRecord } from '../../../../src/core/story/story';
import { reportInLanguage, type SaidReport } from '../../../../src/core/words/saidReport';
import { say, tell } from '../../../../src/core/words/said';
import { factsWith, jobAt, NOW, OTHER_TIP, STAGES, storyIn } from '../../../support/storyFixtures';
import { englishIn } from '../../../support/words/englishIn';
import { translate } from '../../../support/words/german';

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

  for (const name of ['Backlog', 'Coding', 'QA', 'Frozen', 'Done', 'Archived'] as const) {
    it(`[MQ19, U10] Why Not Landed is German of a story in ${name}`, () => {
      const asked = story(1, { stage: STAGES[name] });
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
});
