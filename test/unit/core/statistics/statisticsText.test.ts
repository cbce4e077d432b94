import assert from 'node:assert/strict';
import { statisticsOf } from '../../../../src/core/statistics/statistics';
import { statisticsText as reportOf } from '../../../../src/core/statistics/statisticsText';
import { reportInLanguage } from '../../../../src/core/words/saidReport';
import { lengthText } from '../../../../src/core/words/durations';
import { STAGE_NAMES } from '../../../../src/core/story/stageNames';

const NOTHING = { stays: [], landed: [], gates: [], agents: [] };
const ALWAYS = { from: null, to: null };

const statisticsText = (...asked: Parameters<typeof reportOf>): string => reportInLanguage(reportOf(...asked));

describe('statistics for people', () => {
  it('[P3] what is not known is said to be so, never shown as 0', () => {
    const text = statisticsText('all', statisticsOf(NOTHING, ALWAYS, STAGE_NAMES));
    for (const said of ['Nothing landed.', 'No story has left a stage.', 'No gate run is on record.', 'No start of an agent']) assert.ok(text.includes(said), said); // prettier-ignore
    assert.doesNotMatch(text, /\b0\b/);
  });

  it('[P3, A4, A9] figures stand in columns under what they are, with their units', () => {
    const gates = [900, 1_100].map((ms) => ({ gate: 'unit tests', tree: 't', verdict: ms > 1_000 ? 'passed' : 'failed', ms })); // prettier-ignore
    const text = statisticsText(
      'shop, the last 7 days',
      statisticsOf(
        {
          stays: [{ stage: 'Coding', ms: 90 * 60_000 }],
          landed: [{ day: '2026-01-31', sinceCreatedMs: 36 * 3_600_000, sinceCodingMs: null }],
          gates,
          agents: [
            { agent: 'claude', mode: 'cold', why: 'first start', ms: null, turns: 3, tokens: 1200, costUsd: 0.5 },
            { agent: 'claude', mode: 'warm', why: '', ms: null, turns: 2, tokens: null, costUsd: null },
            { agent: 'codex', mode: 'cold', why: 'first start', ms: null, turns: null, tokens: 9, costUsd: null },
          ],
        },
        ALWAYS,
        STAGE_NAMES,
      ),
    );
    assert.match(text, /^Statistics: shop, the last 7 days\n/);
    assert.match(text, /^2026-01-31 +1$/m);
    assert.match(text, /^From its beginning +1 +1\.5 d +1\.5 d +1\.5 d$/m);
    assert.match(text, /^From its first work +- +- +- +-$/m);
    assert.match(text, /^Coding +1 +1\.5 h +1\.5 h +1\.5 h$/m);
    assert.match(text, /^unit tests +2 +1 +1 +900 ms +1\.1 s +1 of 1$/m);
    assert.match(text, /^claude +1 +1 +- +- +5 +1200 +\$0\.50$/m);
    assert.match(text, /^codex +0 +1 +- +- +unknown +9 +unknown$/m);
    assert.match(text, /^claude +first start +1$/m);
    const [head, line] = text.split('\n').filter((one) => one.startsWith('Gate ') || one.startsWith('unit tests'));
    assert.equal(head!.indexOf('Flaky on'), line!.indexOf('1 of 1'));
  });

  it('[P3] a length has the unit in which it is easiest to read', () => {
    assert.deepEqual([0, 740, 1_000, 59_000, 90_000, 3_600_000, 172_800_000].map(lengthText), ['0 ms', '740 ms', '1.0 s', '59 s', '1.5 min', '1.0 h', '2.0 d']); // prettier-ignore
  });
});
