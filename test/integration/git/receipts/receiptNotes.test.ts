import assert from 'node:assert/strict';
import { readReceipt, type UnchainedReceipt } from '../../../../src/core/receipts/receipt';
import { TemporaryRepository } from '../../../support/temporaryRepository';
import { portFor } from '../fixture';

describe('notes of receipts in git', () => {
  let repository: TemporaryRepository;
  afterEach(() => repository.dispose());

  async function receiptFor(commit: string, number: number): Promise<UnchainedReceipt> {
    const tree = await repository.git('rev-parse', `${commit}^{tree}`);
    return {
      version: 1,
      story: { key: `k${number}`, number },
      target: 'refs/heads/main',
      commit,
      tree,
      parents: [],
      base: commit,
      storyTip: commit,
      strategy: 'merge',
      job: `job-${number}`,
      landedAt: '2026-01-01T00:00:00.000Z',
      madeLater: null,
      approval: { by: 'person', who: 'Zoë “$(id)” <z@example.com>' },
      agents: ['agent\nwith lines'],
      gatesFrom: 'none',
      gates: [],
      tools: {},
      output: null,
    };
  }
  const sequences = async (commits: readonly string[]) =>
    Promise.all(
      commits.map(async (commit) => {
        const read = readReceipt(await repository.git('notes', '--ref=switchyard', 'show', commit));
        return read.kind === 'receipt' ? read.receipt.sequence : null;
      }),
    );

  for (const objectFormat of ['sha1', 'sha256'] as const) {
    it(`[MQ22] receipts of a batch follow each other, and writing them again changes nothing (${objectFormat})`, async () => {
      repository = await TemporaryRepository.create({ objectFormat });
      const commits = [await repository.commit({ a: '1' }, 'One'), await repository.commit({ a: '2' }, 'Two')];
      const port = portFor(repository.path);
      const receipts = await Promise.all(commits.map((commit, at) => receiptFor(commit, at + 1)));
      const gone = await receiptFor((commits[0] ?? '').replaceAll(/[0-9a-f]/g, 'e'), 9).catch(() => null);
      assert.equal(gone, null);
      assert.deepEqual(await port.withoutReceipt(commits), commits);
      assert.equal(await port.writeReceipts(receipts), 2);
      const tip = await repository.git('rev-parse', 'refs/notes/switchyard');
      assert.equal(await port.writeReceipts(receipts), 0);
      assert.equal(await repository.git('rev-parse', 'refs/notes/switchyard'), tip);
      assert.deepEqual(await sequences(commits), [1, 2]);
      assert.equal(await repository.git('for-each-ref', 'refs/switchyard'), '');
    });
  }

  it('[MQ22] two that write receipts at one time write one chain, and a note by hand in between is no link of it', async () => {
    repository = await TemporaryRepository.create();
    const commits: string[] = [];
    for (let at = 0; at < 4; at += 1) commits.push(await repository.commit({ a: String(at) }, `Commit ${at}`));
    const [one, other] = [portFor(repository.path), portFor(repository.path)];
    const receipts = await Promise.all(commits.map((commit, at) => receiptFor(commit, at + 1)));
    await Promise.all([one.writeReceipts(receipts.slice(0, 1)), other.writeReceipts(receipts.slice(1, 2))]);
    await repository.git('notes', '--ref=switchyard', 'append', '-m', 'seen', await repository.git('rev-parse', 'HEAD^{tree}'));
    await Promise.all([one.writeReceipts(receipts.slice(2)), other.writeReceipts(receipts)]);
    assert.deepEqual((await sequences(commits)).toSorted(), [1, 2, 3, 4]);
    const outcome = await one.verifyLandings('refs/heads/main', '');
    assert.ok(outcome.kind === 'verified');
    assert.deepEqual(outcome.verification.findings.filter(({ fault }) => fault === 'chain'), []);
  }); // prettier-ignore
});
