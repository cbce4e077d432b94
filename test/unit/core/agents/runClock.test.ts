import assert from 'node:assert/strict';
import { dayOf, overBudget, type AgentRunRecord } from '../../../../src/core/agents/budget';
import { overLimit, runLimitsOf } from '../../../../src/core/agents/runClock';
import type { Spent } from '../../../../src/core/agents/output/runReport';
import { attemptsOf, limitOf, waitUntil } from '../../../../src/core/agents/sessions/standing';

const MINUTE = 60_000;

describe('the limits of a run', () => {
  const limits = runLimitsOf({ silenceMinutes: 15, turnMinutes: 30, minutes: 60, turns: 5, tokens: 1000, usd: 2 });
  const reached = (spent: Partial<Spent>, inTurnMs = 0): string | null =>
    overLimit(limits, inTurnMs, { turns: null, tokens: null, costUsd: null, ...spent })?.limit ?? null;

  it('[A6] have a clock of their own for the first output, which is generous, for silence, a turn and all of it', () => {
    const { firstOutputMs, silenceMs, turnMs, wallMs } = limits;
    assert.deepEqual([firstOutputMs, silenceMs, turnMs, wallMs].map((ms) => (ms ?? 0) / MINUTE), [10, 15, 30, 60]); // prettier-ignore
    const { firstOutputMs: own, wallMs: none } = runLimitsOf({ silenceMinutes: 15, firstOutputMinutes: 2 });
    assert.deepEqual([own, none], [2 * MINUTE, null]);
    assert.deepEqual([reached({}, 29 * MINUTE), reached({}, 30 * MINUTE)], [null, 'turn']);
  });

  it('[A6] turns, tokens and money reach their limits only where the agent says them', () => {
    assert.equal(reached({ turns: 6 }), 'turns');
    assert.equal(reached({ turns: 5 }), null);
    assert.equal(reached({ tokens: { input: 900, output: 101 } }), 'tokens');
    assert.equal(reached({ costUsd: 2.01 }), 'usd');
    assert.equal(reached({}), null);
  });

  it('[A6] several runs use up the budget of a story or a day, and what is unknown uses nothing', () => {
    const run = (change: Partial<AgentRunRecord>): AgentRunRecord => ({ run: 'r', key: 'k1', agent: 'claude', at: '2026-11-26T10:00:00.000Z', endedAt: '2026-11-26T10:30:00.000Z', turns: null, inputTokens: null, outputTokens: null, costUsd: null, ...change }); // prettier-ignore
    const runs = [run({ turns: 4, inputTokens: 900, outputTokens: 200, costUsd: 1.5 }), run({})];
    assert.equal(overBudget({ turns: 5, minutes: 61, tokens: 1200, usd: 1.6 }, runs), null);
    assert.equal(overBudget({ turns: 4 }, runs), '4 turns of 4');
    assert.equal(overBudget({ minutes: 60 }, runs), '60 of 60 minutes');
    assert.equal(overBudget({ tokens: 1000 }, runs), '1100 tokens of 1000');
    assert.equal(overBudget({ usd: 1.5 }, runs), '$1.50 of $1.5');
    assert.equal(overBudget(undefined, runs), null);
  });

  it('[A6] a day is that of the person’s clock, also one that has an hour more', () => {
    const before = process.env['TZ'];
    try {
      process.env['TZ'] = 'Europe/Berlin';
      const [from, to] = ['2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z'].map((text) => Date.parse(text));
      for (const text of ['2026-10-24T22:00:00Z', '2026-10-25T12:00:00Z', '2026-10-25T22:59:59Z'])
        assert.deepEqual(dayOf(Date.parse(text)), { from, to }, text);
    } finally {
      if (before === undefined) delete process.env['TZ'];
      else process.env['TZ'] = before;
    }
  });
});

describe('what an agent waits for', () => {
  const now = Date.parse('2026-11-26T12:00:00Z');

  it('[A6] until the time that it names; without one longer each time in a row, and never for ever', () => {
    assert.equal(waitUntil(now + 90 * MINUTE, now, 1), now + 90 * MINUTE);
    assert.deepEqual([1, 2, 3, 4, 5, 50].map((times) => (waitUntil(null, now, times) - now) / MINUTE), [1, 5, 15, 30, 60, 60]); // prettier-ignore
    // A time that has passed already is no time.
    assert.equal(waitUntil(now - 1, now, 1), now + MINUTE);
    assert.equal(waitUntil(now + 400 * 24 * 60 * MINUTE, now, 1), now + 8 * 24 * 60 * MINUTE);
  });

  it('[A6] holds one agent until then; attempts count in one stay of a story alone', () => {
    const limit = { kind: 'limit', agent: 'claude', what: 'rate', at: '2026-11-26T12:00:00Z', until: '2026-11-26T12:10:00Z', said: true, times: 1 } as const; // prettier-ignore
    assert.equal(limitOf([limit], 'claude', now)?.until, limit.until);
    assert.equal(limitOf([limit], 'claude', now + 10 * MINUTE), null);
    assert.equal(limitOf([limit], 'codex', now), null);
    const attempt = { kind: 'attempt', storyKey: 'k1', stageAt: 'a', at: 'b', agent: 'claude', mode: 'cold', cause: 'It broke off.' } as const; // prettier-ignore
    const others = [{ ...attempt, stageAt: 'earlier' }, { ...attempt, storyKey: 'k2' }, limit];
    assert.deepEqual(attemptsOf([attempt, ...others], { key: 'k1', stageAt: 'a' }), [attempt]);
  });
});
