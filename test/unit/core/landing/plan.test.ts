import { gateOutputId } from '../../../../src/core/story/contentIds';
import assert from 'node:assert/strict';
import { consequenceOf } from '../../../../src/core/landing/consequence';
import { placeAlone } from '../../../../src/core/landing/chain';
import { leaseOf, provenCandidate } from '../../../../src/core/landing/gatedCandidate';
import { MERGE_STEPS, type GateResult, type StopReason } from '../../../../src/core/landing/job';
import { asLastSeen, dependsOnGit, nextMergeAction, type MergeWorld } from '../../../../src/core/landing/plan';
import { mergeStatus } from '../../../../src/core/landing/status';
import { liveLead } from '../../../support/liveLead';
import { jobAt, OTHER_TARGET_TIP, OTHER_TIP, TARGET_TIP, TIP } from '../../../support/storyFixtures';

const still: MergeWorld = {
  target: 'refs/heads/main',
  wanted: true,
  targetTip: TARGET_TIP,
  storyTip: TIP,
  candidateOnTarget: false,
};
const red: GateResult = {
  gate: 'test',
  command: 'npm test',
  verdict: 'failed',
  detail: 'Gate test exited with code 1.',
  ms: 5,
};
const green: GateResult = { ...red, verdict: 'passed', detail: '' };

describe('the merge plan', () => {
  it('[MQ3] each step leads to the next where nothing moved', () => {
    const kinds = MERGE_STEPS.map((step) => {
      const action = nextMergeAction(jobAt(step), still);
      return action.kind === 'record' ? `record ${action.step}` : action.kind;
    });
    assert.deepEqual(kinds, [
      'record leased',
      'build',
      'pinThenRecordGating',
      'gate',
      'record landing',
      'land',
      'finish',
      'clean',
    ]);
  });

  for (const step of ['merged', 'gating', 'gated', 'landing'] as const) {
    it(`[MQ4] at ${step} a moved target means merging afresh`, () => {
      assert.equal(nextMergeAction(jobAt(step), { ...still, targetTip: OTHER_TARGET_TIP }).kind, 'rebuild');
    });
  }

  for (const step of ['gated', 'landing'] as const) {
    it(`[MQ1, MQ12] at ${step} what a later candidate proved is proven again once another one stands there`, () => {
      const through = { number: 43, commit: OTHER_TIP };
      const job = jobAt(step, { through });
      const place = { ...placeAlone(TARGET_TIP), part: { kind: 'takenAlong' } as const };
      const by = (commit: string) => ({ ...place, proof: { kind: 'through', number: 43, commit } as const });
      assert.equal(nextMergeAction(job, { ...still, place: by(OTHER_TARGET_TIP) }).kind, 'proveAgain');
      assert.equal(nextMergeAction(job, { ...still, place }).kind, 'proveAgain');
      assert.notEqual(nextMergeAction(job, { ...still, place: by(OTHER_TIP) }).kind, 'proveAgain');
    });
  }

  for (const step of MERGE_STEPS.filter((one) => one !== 'landed' && one !== 'cleaned')) {
    it(`[ST1] at ${step} a moved story is not landed`, () => {
      assert.deepEqual(nextMergeAction(jobAt(step), { ...still, storyTip: OTHER_TIP }), {
        kind: 'storyMoved',
        tip: OTHER_TIP,
      });
    });
  }

  for (const step of MERGE_STEPS.filter((one) => one !== 'landed' && one !== 'cleaned')) {
    it(`[ST4] at ${step} a story that left the queue is not landed`, () => {
      assert.equal(nextMergeAction(jobAt(step), { ...still, wanted: false }).kind, 'giveUp');
    });

    it(`[MQ1] at ${step} a job for a branch that is no longer the target is given up; one without a target waits`, () => {
      assert.equal(nextMergeAction(jobAt(step), { ...still, target: 'refs/heads/develop' }).kind, 'giveUp');
      assert.equal(nextMergeAction(jobAt(step), { ...still, target: null }).kind, 'wait');
    });
  }

  it('[MQ3] a candidate found on the target is a landing, whatever moved since', () => {
    const world = { target: null, wanted: false, targetTip: OTHER_TARGET_TIP, storyTip: null, candidateOnTarget: true };
    assert.deepEqual(nextMergeAction(jobAt('landing'), world), { kind: 'record', step: 'landed' });
    assert.equal(nextMergeAction(jobAt('landed'), world).kind, 'finish');
  });

  it('[MQ3] only a step whose effect depends on git looks at it; as last seen, every other goes on', () => {
    assert.deepEqual(MERGE_STEPS.filter(dependsOnGit), ['leased', 'gating', 'landing']);
    for (const step of MERGE_STEPS.filter((one) => !dependsOnGit(one))) {
      const job = jobAt(step);
      assert.deepEqual(nextMergeAction(job, asLastSeen(job, true)), nextMergeAction(job, still), step);
    }
    assert.equal(nextMergeAction(jobAt('gated'), asLastSeen(jobAt('gated'), false)).kind, 'giveUp');
  });

  it('[MQ25] a landing that would take something back holds its story, and its status says why', () => {
    const stopped = { kind: 'takenBack', paths: ['a'], reasons: ['It takes back a.'] } as const satisfies StopReason;
    const job = jobAt('leased', { stopped });
    const look = { tip: TIP, target: TARGET_TIP };
    assert.deepEqual(consequenceOf(job, stopped, look), { name: 'HoldForReview', tip: TIP, reasons: stopped.reasons });
    assert.deepEqual(mergeStatus([job], undefined, null), { kind: 'failed', reason: 'It takes back a.' });
  });

  it('[MQ1] only a candidate whose every gate passed is proof', () => {
    assert.equal(provenCandidate(jobAt('gating', { results: [green] })), null);
    assert.equal(provenCandidate(jobAt('gated', { results: [green, red] })), null);
    assert.equal(provenCandidate(jobAt('landing', { results: [{ ...green, verdict: 'ranNoTest' }] })), null);
    assert.equal(provenCandidate(jobAt('landing', { results: [green] }))?.commit, OTHER_TIP);
  });

  it('[MQ1] a lease is good for its own boot and for a job that goes on', () => {
    assert.notEqual(leaseOf(jobAt('landing'), liveLead(1)), null);
    assert.equal(leaseOf(jobAt('landing'), liveLead(2)), null);
    assert.equal(leaseOf(jobAt('queued'), liveLead(1)), null);
    assert.equal(leaseOf(jobAt('landing', { stopped: { kind: 'withdrawn', why: 'x' } }), liveLead(1)), null);
  });
});

describe('what a merge means for its story', () => {
  const look = { tip: TIP, target: TARGET_TIP };
  const after = (stopped: StopReason) => consequenceOf(jobAt('gating', { stopped }), stopped, look);

  it('[MQ7] a conflict is known by its typed outcome, whatever the story says of itself', () => {
    const event = after({ kind: 'conflict', files: ['src/a.ts', 'b'], message: 'CONFLICT' });
    assert.ok(event?.name === 'MergeFailed');
    assert.deepEqual([event.kind, event.files], ['contentConflict', ['src/a.ts', 'b']]);
    assert.equal(event.detail, 'Conflict in src/a.ts and b with main.');
  });

  it('[MQ7] red gates point to the stored output', () => {
    const event = after({ kind: 'gatesRed', result: red });
    assert.ok(event?.name === 'MergeFailed' && event.kind === 'gatesRed');
    assert.equal(event.outputId, 'k1:gate_output');
    assert.equal(gateOutputId('k1'), 'k1:gate_output');
    assert.match(event.detail, /^It did not land: on its merge with main its gates are red\. .*exited with code 1/);
  });

  it('[MQ6] a gate that could not prove anything blocks with the fix offered', () => {
    const event = after({
      kind: 'environment',
      result: { ...red, verdict: 'notFound', detail: 'Gate test was not found.' },
    });
    assert.ok(event?.name === 'Block');
    assert.equal(event.fix, 'editGates');
  });

  it('[MQ4] a moved story is proven again, without a strike', () => {
    assert.deepEqual(after({ kind: 'storyMoved', tip: OTHER_TIP }), { name: 'ReQueuedForQa', tip: OTHER_TIP });
  });

  it('[MQ5] a job known once is queued, running, waiting, done or failed with a reason', () => {
    const live = { job: jobAt('gating'), state: 'active', progress: null, wait: null } as const;
    assert.deepEqual(mergeStatus([live.job], live, 0), { kind: 'running', step: 'gating' });
    const wait = {
      why: { message: 'Local changes are in the way' },
      files: ['a.ts'],
      holdsBack: 'touching',
      since: 7,
    } as const;
    assert.deepEqual(mergeStatus([live.job], { ...live, wait }, 0), {
      kind: 'waiting',
      step: 'gating',
      why: wait.why.message,
      files: ['a.ts'],
      since: 7,
    });
    assert.deepEqual(mergeStatus([], undefined, 2), { kind: 'queued', ahead: 2 });
    assert.equal(mergeStatus([jobAt('cleaned')], undefined, null).kind, 'done');
    const failed = jobAt('leased', { stopped: { kind: 'conflict', files: ['a.ts'], message: '' } });
    assert.deepEqual(mergeStatus([failed], undefined, null), { kind: 'failed', reason: 'conflict in a.ts' });
    assert.equal(mergeStatus([jobAt('landing')], undefined, null).kind, 'queued', 'left by a boot before');
    assert.equal(mergeStatus([], undefined, null).kind, 'none');
  });
});
