import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { readRescueMessage, rescueMessage, type RescueNote } from '../../../../src/core/rescue/rescueNote';

const NOTE: RescueNote = {
  reason: 'deleted',
  story: { number: 42, key: 'k42', title: 'Sign in' },
  branch: 'refs/heads/story/42-sign-in',
  folder: '/work/42-sign-in',
  at: '2026-01-02T12:00:00.000Z',
  counts: { commits: 2, staged: 0, changed: 1, untracked: 3 },
  bytes: 12,
  leftOut: [],
  chain: { head: 'a'.repeat(40), tip: 'a'.repeat(40), staged: 'b'.repeat(40), state: null },
};

describe('what a rescue says of itself', () => {
  it('[G7] reads back as it was written, whatever title and folder hold', () => {
    const text = fc.oneof(fc.string(), fc.constantFrom('a\nRescue-Story: 7', '"\\\u2028', 'Rescue-Time: "x"'));
    fc.assert(
      fc.property(text, text, fc.array(text), (title, folder, leftOut) => {
        const note = { ...NOTE, story: { number: 42, key: 'k42', title }, folder, leftOut };
        assert.deepEqual(readRescueMessage(rescueMessage(note)), note);
      }),
    );
  });

  it('[G7] is read by a person: what it is, and how much of each it holds', () => {
    const [headline, , holds] = rescueMessage(NOTE).split('\n');
    assert.equal(headline, 'Work of #42, kept when it was deleted');
    assert.equal(holds, 'Holds 2 commits, 1 changed file and 3 untracked files.');
  });

  it('[G7] any other message is no rescue, and none of them is an error', () => {
    for (const message of ['', 'Fix', 'Rescue-Reason: "deleted"', 'Rescue-Reason: "x"\nRescue-Time: "2026"'])
      assert.equal(readRescueMessage(message), null);
    fc.assert(fc.property(fc.string(), (message) => void readRescueMessage(message)));
  });
});
