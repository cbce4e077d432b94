import assert from 'node:assert/strict';
import {
  cameTo,
  PAST_RUNS,
  PAST_SLOTS,
  readPastRuns,
  withPastRun,
  type PastRun,
} from '../../../../src/core/agents/pastRun';

const TIP = 'a'.repeat(40);

function run(id: string, size = 1): Omit<PastRun, 'slot'> {
  return { run: id, agent: 'claude', role: 'coder', from: 1, to: 2, came: 'handedOver', size };
}

function after(...added: readonly Omit<PastRun, 'slot'>[]): readonly PastRun[] {
  return added.reduce<readonly PastRun[]>((runs, one) => withPastRun(runs, one), []);
}

describe('the runs of agents that are kept of a story', () => {
  it('[A9] are the latest ones, each with a place of its own; a run that is told again takes the place of itself', () => {
    const runs = after(...Array.from({ length: PAST_RUNS + 3 }, (_, index) => run(`r${index}`)), run('r9'));
    assert.deepEqual(
      runs.map((one) => one.run),
      ['r3', 'r4', 'r5', 'r6', 'r7', 'r8', 'r10', 'r9'],
    );
    assert.equal(new Set(runs.map(({ slot }) => slot)).size, PAST_RUNS);
    assert.ok(runs.every(({ slot }) => slot >= 0 && slot < PAST_SLOTS));
  });

  it('[A9] take no more than their room together, and the latest is kept whatever it takes', () => {
    const names = (runs: readonly PastRun[]): string[] => runs.map((one) => one.run);
    assert.deepEqual(names(after(run('r1', 5_000_000), run('r2', 5_000_000), run('r3', 5_000_000))), ['r2', 'r3']);
    assert.deepEqual(names(after(run('r1'), run('r2', 99_000_000))), ['r2']);
  });

  it('[A9] are read back as they were written, and what cannot be read counts as none', () => {
    const runs = after(run('r1'), { ...run('r2'), role: 'reviewer', came: 'accepted', tip: TIP });
    assert.deepEqual(readPastRuns(JSON.stringify(runs)), runs);
    for (const text of [null, '', '{', '[{"run":1}]']) assert.deepEqual(readPastRuns(text), []);
  });

  it('[A9, A1] say what each came to; one that is accepted and held for a person’s look was accepted', () => {
    const hold = { name: 'HoldForReview', tip: TIP, reasons: ['It deletes a test.'] } as const;
    assert.equal(cameTo({ ...hold, reasons: [...hold.reasons] }), 'accepted');
    const by = { ...hold, reasons: [...hold.reasons], reviewer: 'rita' };
    assert.equal(cameTo({ ...by, came: 'notAccepted' }), 'notAccepted');
    assert.equal(cameTo(by), 'ended', 'one that broke off has said nothing of it');
    assert.equal(cameTo({ name: 'GatesStarted', tip: TIP }), 'handedOver');
    assert.equal(cameTo(null), 'ended');
  });
});
