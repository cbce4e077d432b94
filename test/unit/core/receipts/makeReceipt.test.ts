import assert from 'node:assert/strict';
import { makeReceipt } from '../../../../src/core/receipts/makeReceipt';
import type { HistoryEntry } from '../../../../src/core/story/history';
import { jobAt } from '../../../support/storyFixtures';

describe('a receipt', () => {
  it('[MQ22] names who coded the story apart from who solved its merge, and nobody who only made it', () => {
    const at = '2026-01-01T00:00:00.000Z';
    const entry = (by: string, event: string, from: string | null, to: string): HistoryEntry => {
      return { sequence: 1, at, key: 'k1', number: 1, by, event, from, to, evidence: '' };
    };
    const history = [
      entry('agent planner', 'Created', null, 'Backlog'),
      entry('agent coder', 'GatesStarted', 'Coding', 'QA'),
      entry('agent solver', 'MergemasterAttempted', 'MergeFailure', 'MergeFailure'),
      entry('agent solver', 'ReQueuedForQa', 'MergeFailure', 'QA'),
      entry('merge queue', 'MergeSucceeded', 'Merge', 'Done'),
    ];
    const made = makeReceipt({
      ...{ job: jobAt('landed'), through: null, landedAt: at, madeLater: null, person: null, history },
      ...{ gatesFrom: 'none', gates: new Map(), platform: '', tools: {}, output: null },
    });
    assert.deepEqual([made?.agents, made?.solvers], [['coder'], ['solver']]);
  });
});
