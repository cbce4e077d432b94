import assert from 'node:assert/strict';
import { agentProfileSchema } from '../../../../src/core/agents/profile';
import { attemptsOf, type Standing } from '../../../../src/core/agents/sessions/standing';
import { AgentRetries } from '../../../../src/engine/agents/agentRetries';
import { HandClock } from '../../../support/handClock';
import { STAGES, storyIn } from '../../../support/storyFixtures';

describe('what runs of an agent that broke off lead to', () => {
  const story = storyIn(STAGES.Coding);
  const work = { story, profile: agentProfileSchema.parse({ name: 'claude', command: ['claude'] }) };
  const clock = new HandClock();
  let standings: Standing[];
  let warnings: string[];

  beforeEach(() => ([standings, warnings] = [[], []]));

  /** As a window has them: what is on disk outlives it. */
  function inWindow(): AgentRetries {
    const sessions = {
      standings: () => standings,
      addAttempt: (one: Standing) => Promise.resolve(void standings.push(one)),
      putLimit: (one: Standing) => Promise.resolve(void (standings = [one])),
      endLimit: () => Promise.resolve(),
    };
    const log = { debug() {}, info() {}, warn: (said: string) => void warnings.push(said), error() {} };
    return new AgentRetries({ clock, log, sessions, runs: { agentRuns: () => [] } });
  }
  const ended = (run: string, kind: 'lost' | 'failed') => ({
    run,
    outcome: kind === 'lost' ? ({ kind } as const) : ({ kind, message: 'It broke off.' } as const),
    mode: 'warm' as const,
    canGoOn: true,
  });

  it('[A8] a run whose keeper died is no try, whoever the agent is; after three in a row a person is asked', async () => {
    const retries = inWindow();
    for (const run of ['a', 'b'])
      assert.deepEqual(await retries.again(work, 'Lost.', ended(run, 'lost')), { kind: 'again' });
    assert.deepEqual(attemptsOf(standings, story), []);
    // Another end begins the count anew.
    await retries.again(work, 'It broke off.', ended('c', 'failed'));
    assert.equal(attemptsOf(standings, story).length, 1);
    for (const run of ['d', 'e', 'f'])
      assert.equal((await retries.again(work, 'Lost.', ended(run, 'lost'))).kind, 'again');
    const over = await retries.again(work, 'Lost.', ended('g', 'lost'));
    assert.deepEqual(over, { kind: 'over', evidence: '4 runs broke off: Lost.' });
    assert.equal(attemptsOf(standings, story).length, 1);
    // They were asked: what is lost after that is the first again, and so it is after a limit.
    for (const run of ['h', 'i', 'j'])
      assert.equal((await retries.again(work, 'Lost.', ended(run, 'lost'))).kind, 'again');
    await retries.waitFor(work, { limit: 'rate', until: null }, { run: 'k' });
    assert.equal((await retries.again(work, 'Lost.', ended('l', 'lost'))).kind, 'again');
  });

  it('[A6, A8] a limit that two windows judge is one limit: the agent waits no longer for it', async () => {
    const met = async (run: string) => {
      await inWindow().waitFor(work, { limit: 'rate', until: null }, { run });
      return standings.map((one) => one.kind === 'limit' && [one.times, Date.parse(one.until) - Date.parse(one.at)]);
    };
    const minute = 60_000;
    assert.deepEqual(await met('a'), [[1, minute]]);
    assert.deepEqual(await met('a'), [[1, minute]]);
    assert.deepEqual(await met('b'), [[2, 5 * minute]]);
  });
});
