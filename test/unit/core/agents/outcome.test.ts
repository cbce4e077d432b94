import assert from 'node:assert/strict';
import fc from 'fast-check';
import { judgeCoder, type CoderFacts, type CoderOutcome } from '../../../../src/core/agents/outcome';
import type { RunOutcome } from '../../../../src/core/pipeline/runOutcome';

function judge(change: Partial<CoderFacts>): CoderOutcome {
  const outcome: RunOutcome = { kind: 'exited', code: 0 };
  return judgeCoder({ outcome, commitsAhead: 1, newCommits: true, uncommitted: [], ...change });
}

describe('what the end of an agent’s run means', () => {
  it('[A7] commits and nothing left over: ready to be proven', () => {
    assert.deepEqual(judge({}), { kind: 'readyForQa' });
  });

  it('[A7] exit code 0 without a commit does not reach QA', () => {
    assert.deepEqual(judge({ commitsAhead: 0, newCommits: false }), { kind: 'noWork', commitsAhead: 0 });
    assert.deepEqual(judge({ commitsAhead: 0, newCommits: true }), { kind: 'noWork', commitsAhead: 0 });
  });

  it('[A7] commits of an earlier attempt are not this one’s work', () => {
    assert.deepEqual(judge({ commitsAhead: 3, newCommits: false }), { kind: 'noWork', commitsAhead: 3 });
  });

  it('[A7] uncommitted work is named, with or without commits', () => {
    const expected = { kind: 'uncommitted', paths: ['a.ts'] };
    assert.deepEqual(judge({ uncommitted: ['a.ts'] }), expected);
    assert.deepEqual(judge({ uncommitted: ['a.ts'], commitsAhead: 0, newCommits: false }), expected);
  });

  it('[A7] another exit code is a failure even with commits: half a change can pass every gate', () => {
    const failed = (detail: string, fix = 'showOutput') => ({ kind: 'failed', detail, fix });
    assert.deepEqual(
      judge({ outcome: { kind: 'exited', code: 53 } }),
      failed('It exited with code 53; its branch holds 1 commit.'),
    );
    assert.deepEqual(
      judge({ outcome: { kind: 'exited', code: 1 }, commitsAhead: 0 }),
      failed('It exited with code 1.'),
    );
    assert.deepEqual(
      judge({ outcome: { kind: 'killed', signal: 'SIGKILL' }, commitsAhead: 2 }),
      failed('It was ended by signal SIGKILL; its branch holds 2 commits.'),
    );
    assert.deepEqual(
      judge({ outcome: { kind: 'timedOut', afterMs: 3_600_000 }, commitsAhead: 0 }),
      failed('It ran longer than 60 min and was ended.'),
    );
    const missing = failed("There is no program named foo. Check the agent's command.", 'editAgents');
    assert.deepEqual(judge({ outcome: { kind: 'notFound', program: 'foo' } }), missing);
  });

  it('[A6] silence says how long it was', () => {
    assert.deepEqual(judge({ outcome: { kind: 'silent', afterMs: 900_000 }, commitsAhead: 0 }), {
      kind: 'silent',
      afterMs: 900_000,
      detail: 'It printed nothing for 15 min and was ended.',
    });
  });

  it('[A7] a run that was stopped is judged by nobody', () => {
    assert.deepEqual(judge({ outcome: { kind: 'stopped' } }), { kind: 'stopped' });
  });

  it('[A7] only new commits with nothing left over, after exit code 0, reach QA', () => {
    const outcome = fc.constantFrom<RunOutcome>(
      { kind: 'exited', code: 0 }, { kind: 'exited', code: 1 }, { kind: 'killed', signal: 'SIGTERM' },
      { kind: 'notFound', program: 'x' }, { kind: 'timedOut', afterMs: 1 }, { kind: 'silent', afterMs: 1 }, { kind: 'stopped' },
    ); // prettier-ignore
    const facts = fc.record({
      outcome,
      commitsAhead: fc.nat(3),
      newCommits: fc.boolean(),
      uncommitted: fc.array(fc.string(), { maxLength: 2 }),
    });
    fc.assert(
      fc.property(facts, (one) => {
        const ready =
          one.outcome.kind === 'exited' &&
          one.outcome.code === 0 &&
          one.commitsAhead > 0 &&
          one.newCommits &&
          one.uncommitted.length === 0;
        assert.equal(judgeCoder(one).kind === 'readyForQa', ready);
      }),
      { numRuns: 10_000 },
    );
  });
});
