import assert from 'node:assert/strict';
import { provenCandidate } from '../../../../src/core/landing/gatedCandidate';
import type { GateResult } from '../../../../src/core/landing/job';
import { jobAt, OTHER_TIP } from '../../../support/storyFixtures';

const red: GateResult = {
  gate: 'test',
  command: 'npm test',
  verdict: 'failed',
  detail: 'Gate test exited with code 1.',
  ms: 5,
};

describe('the proof of a candidate', () => {
  for (const step of ['gated', 'landing', 'landed'] as const) {
    it(`[MQ1, MQ10] at ${step} a candidate without any gate is proof only where a person let its story in`, () => {
      assert.equal(provenCandidate(jobAt(step, { results: [], provenBy: 'gates' })), null);
      assert.equal(provenCandidate(jobAt(step, { results: [], provenBy: 'person' }))?.commit, OTHER_TIP);
    });
  }

  it('[MQ1] the word of a person does not make up for a red gate', () => {
    assert.equal(provenCandidate(jobAt('landing', { results: [red], provenBy: 'person' })), null);
  });

  it('[MQ21] a gate that was skipped counts beside one that passed, and proves nothing alone', () => {
    const [passed, skipped] = [
      { ...red, verdict: 'passed' },
      { ...red, verdict: 'skipped' },
    ] as const;
    assert.equal(provenCandidate(jobAt('landing', { results: [skipped], provenBy: 'gates' })), null);
    assert.ok(provenCandidate(jobAt('landing', { results: [skipped, passed], provenBy: 'gates' })));
    assert.ok(provenCandidate(jobAt('landing', { results: [skipped], provenBy: 'person' })));
    assert.equal(provenCandidate(jobAt('landing', { results: [skipped, passed, red], provenBy: 'gates' })), null);
  });
});
