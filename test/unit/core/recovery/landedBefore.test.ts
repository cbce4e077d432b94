import assert from 'node:assert/strict';
import { landingsOf, unknownLanding, wasReopened } from '../../../../src/core/recovery/landedBefore';
import type { HistoryEntry } from '../../../../src/core/story/history';
import { jobAt, OTHER_TIP, TIP } from '../../../support/storyFixtures';
import { entryOf } from '../../store/storeFixtures';

const AT = '2026-01-02T11:40:00.000Z';
const LATER = '2026-01-02T12:00:00.000Z';
const landing = { key: 'k1', commit: OTHER_TIP, at: AT };
const entry = (change: Partial<HistoryEntry>): HistoryEntry => entryOf('k1', change);

describe('Landings that a story does not know of', () => {
  it('[P1] the journal tells what landed: jobs past their landing, and no other', () => {
    const jobs = [
      jobAt('landing', { id: 'a' }),
      jobAt('landed', { id: 'b', storyKey: 'k2' }),
      jobAt('cleaned', { id: 'c' }),
      jobAt('cleaned', { id: 'd', stopped: { kind: 'withdrawn', why: 'x' } }),
    ];
    assert.deepEqual(landingsOf(jobs), [
      { key: 'k2', commit: OTHER_TIP, at: AT },
      { key: 'k1', commit: OTHER_TIP, at: AT },
    ]);
  });

  it('[P1] a landing that the history has is known, also after the story was opened again', () => {
    const done = entry({ from: 'Merge', to: 'Done', evidence: JSON.stringify({ mergeCommit: OTHER_TIP }) });
    assert.equal(unknownLanding([landing], [done]), null);
    assert.equal(unknownLanding([landing], [done, entry({ from: 'Done', to: 'Coding', at: LATER })]), null);
    assert.equal(unknownLanding([landing], [entry({ from: 'Done', to: 'Archived', at: LATER })]), null);
    assert.equal(unknownLanding([], []), null);
  });

  it('[P1] a landing of which the history has nothing, or only an earlier one, is unknown', () => {
    const earlier = entry({
      to: 'Done',
      evidence: JSON.stringify({ mergeCommit: TIP }),
      at: '2026-01-02T10:00:00.000Z',
    });
    const reopened = entry({ from: 'Done', to: 'Coding', at: '2026-01-02T10:30:00.000Z' });
    assert.deepEqual(unknownLanding([landing], []), landing);
    assert.deepEqual(unknownLanding([landing], [earlier, reopened]), landing);
    assert.deepEqual(unknownLanding([{ ...landing, commit: TIP }, landing], [earlier]), landing);
  });

  describe('that were taken back by opening the story again', () => {
    const done = (commit: string): HistoryEntry =>
      entry({ from: 'Merge', to: 'Done', evidence: JSON.stringify({ mergeCommit: commit }) });
    const archived = (kind: string, event = 'Accept'): HistoryEntry =>
      entry({ event, from: 'Done', to: 'Archived', evidence: JSON.stringify({ reason: { kind } }) });
    const reopened = (from: string): HistoryEntry => entry({ event: 'Reopen', from, to: 'Coding', at: LATER });
    const abandoned = archived('abandoned', 'Abandon');

    it('[Y4] the landing that was known is none any more, from Done, from Archived, and opened again twice', () => {
      assert.ok(wasReopened([done(TIP), reopened('Done'), abandoned], TIP));
      assert.ok(wasReopened([done(TIP), archived('completed'), reopened('Archived'), abandoned], TIP));
      assert.ok(wasReopened([done(TIP), reopened('Done'), abandoned, reopened('Archived'), abandoned], TIP));
      assert.ok(wasReopened([archived('completed', 'Shared'), reopened('Archived'), abandoned], TIP));
    });

    it('[Y4] one that nobody here had heard of when the story was opened again stays', () => {
      assert.ok(!wasReopened([done(TIP), archived('completed'), reopened('Archived'), abandoned], OTHER_TIP));
      assert.ok(!wasReopened([done(TIP), reopened('Done'), abandoned], OTHER_TIP));
      assert.ok(!wasReopened([abandoned, reopened('Archived'), abandoned], TIP));
      assert.ok(!wasReopened([done(TIP), archived('completed')], TIP));
      assert.ok(!wasReopened([done(TIP), reopened('Done'), done(OTHER_TIP)], TIP));
    });
  });
});
