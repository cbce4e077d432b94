import assert from 'node:assert/strict';
import { CriteriaCounts } from '../../../../src/engine/stories/criteriaCounts';
import { STAGES, storyIn } from '../../../support/storyFixtures';

describe('counting the criteria of stories', () => {
  const story = (number: number, criteria: { done: number; total: number } | null) =>
    storyIn(STAGES.Backlog, { key: `k${number}`, number, criteria });

  it('[S1] the record says how many there are, and no body is read for it', () => {
    const counts = new CriteriaCounts({ read: () => assert.fail('a body was read') }, () => undefined);
    assert.deepEqual(counts.of([story(1, { done: 1, total: 2 })]), new Map([['k1', { done: 1, total: 2 }]]));
  });

  it('[S1] for a record that does not say it the body is read in the background, once, and not all at a time', async () => {
    let [atOnce, most, reads] = [0, 0, 0];
    let counted = (): void => undefined;
    const whenCounted = new Promise<void>((resolve) => (counted = resolve));
    const read = async (id: string) => {
      reads += 1;
      most = Math.max(most, (atOnce += 1));
      await Promise.resolve();
      atOnce -= 1;
      if (id === 'k2:body') throw new Error('damaged');
      return id === 'k3:body' ? '- [x] one\n- [ ] two' : null;
    };
    const counts = new CriteriaCounts({ read }, () => counted());
    const stories = Array.from({ length: 200 }, (_, index) => story(index + 1, null));
    assert.deepEqual(counts.of(stories), new Map());
    await whenCounted;
    const known = counts.of(stories);
    assert.deepEqual(known.get('k3'), { done: 1, total: 2 });
    assert.deepEqual(known.get('k2'), { done: 0, total: 0 });
    assert.deepEqual([known.size, reads, most], [200, 200, 64]);
  });
});
