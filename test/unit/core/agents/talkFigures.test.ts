import assert from 'node:assert/strict';
import { NOTHING_SPENT } from '../../../../src/core/agents/sessions/agentSession';
import { limitInError } from '../../../../src/core/agents/talkLimit';
import { spentBySession, spentInTalk } from '../../../../src/core/agents/talkSpent';

const usd = (amount: number) => ({ amount, currency: 'USD' });

describe('what an agent over ACP says of what it takes', () => {
  it('[A9] is of its whole session, of which a run took what is new; what it does not say is unknown', () => {
    const first = { turns: 2, tokens: 1000, cost: usd(0.5) };
    assert.deepEqual(spentInTalk(NOTHING_SPENT, first), { turns: 2, tokens: { input: 1000, output: 0 }, costUsd: 0.5 });
    const before = spentBySession(NOTHING_SPENT, first);
    assert.deepEqual(before, {
      turns: 2,
      inputTokens: 1000,
      outputTokens: null,
      costUsd: 0.5,
      saidUsd: 0.5,
      source: 'agent',
    });
    const next = { turns: 1, tokens: 1600, cost: usd(0.75) };
    assert.deepEqual(spentInTalk(before, next), { turns: 1, tokens: { input: 600, output: 0 }, costUsd: 0.25 });
    // A conversation that was shortened, and a program that counts from its own start.
    const anew = spentInTalk(before, { turns: 1, tokens: 300, cost: usd(0.1) });
    assert.deepEqual(anew, { turns: 1, tokens: { input: 300, output: 0 }, costUsd: 0.1 });
    assert.equal(spentBySession(before, { turns: 1, tokens: 300, cost: usd(0.1) }).costUsd, 0.6);
    const again = spentBySession(before, { turns: 1, tokens: 300, cost: usd(0.25) });
    assert.equal(again.costUsd, 0.75);
    // Its program goes on from what it counted itself, whatever came before that.
    assert.equal(spentInTalk(again, { turns: 1, tokens: 400, cost: usd(0.5) }).costUsd, 0.25);
    assert.equal(spentInTalk(again, { turns: 1, tokens: 400, cost: usd(1) }).costUsd, 0.75);
    const silent = { turns: 1, tokens: null, cost: null };
    assert.deepEqual(spentInTalk(before, silent), { turns: 1, tokens: null, costUsd: null });
    assert.deepEqual(spentBySession(before, silent), { ...before, turns: 3 });
    const euros = { turns: 1, tokens: null, cost: { amount: 1, currency: 'EUR' } };
    assert.equal(spentInTalk(NOTHING_SPENT, euros).costUsd, null);
  });

  it('[A6] a limit is read from the structure of its error, with the time that it names, and never from its words', () => {
    assert.deepEqual(limitInError(429, undefined), { kind: 'rate', again: null });
    assert.deepEqual(limitInError(429, { retryAfter: 90 }), { kind: 'rate', again: { afterMs: 90_000 } });
    assert.deepEqual(limitInError(-32603, { status: 429, retryAfterMs: 500 }), {
      kind: 'rate',
      again: { afterMs: 500 },
    });
    const claude = { error: { type: 'rate_limit_error', resets_at: 1_800_000_000 } };
    assert.deepEqual(limitInError(-32603, claude), { kind: 'rate', again: { at: 1_800_000_000_000 } });
    assert.deepEqual(limitInError(-32603, { codexErrorInfo: 'usage_limit_exceeded' }), { kind: 'quota', again: null });
    // What is more exact than the code counts.
    assert.equal(limitInError(429, { code: 'insufficient_quota' })?.kind, 'quota');
    for (const data of [
      undefined,
      null,
      'rate limit 429',
      ['rate_limit'],
      { message: 'rate_limit_error' },
      { type: 'overloaded' },
    ])
      assert.equal(limitInError(-32603, data), null);
  });
});
