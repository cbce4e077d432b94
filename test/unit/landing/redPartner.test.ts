import assert from 'node:assert/strict';
import { findRedPartner, type ProbeVerdict } from '../../../src/landing/redPartner';

describe('The search for what a story is red with', () => {
  const companions = [11, 12, 13, 14, 15].map((number, at) => ({
    ...{ jobId: `job-${number}`, number, base: `c${at}`, commit: `c${at + 1}`, provenBy: 'gates' as const },
  }));
  const asked: string[] = [];
  const search = (verdict: (with_: number) => ProbeVerdict): Promise<number | null> => {
    asked.length = 0;
    return findRedPartner(companions, (base) => {
      asked.push(base);
      return Promise.resolve(verdict(Number(base.slice(1))));
    });
  };

  for (const { number } of companions) {
    it(`[MQ12] finds #${number} among five, with few gate runs`, async () => {
      assert.equal(await search((count) => (count >= number - 10 ? 'red' : 'green')), number);
      assert.ok(asked.length <= 4, asked.join(' '));
    });
  }

  it('[MQ12] names nobody where the story is red by itself, or that cannot be told', async () => {
    assert.equal(await search(() => 'red'), null);
    assert.deepEqual(asked, ['c0']);
    assert.equal(await search((count) => (count === 0 ? 'green' : 'unknown')), null);
    assert.equal(await search(() => 'unknown'), null);
  });
});
