import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { readReceipt, type Receipt } from '../../../../src/core/receipts/receipt';
import { projectRoot } from '../../../support/projectRoot';
import { TemporaryRepository } from '../../../support/temporaryRepository';
import { waitFor } from '../../../support/waitFor';
import { TestWindow } from '../harness';

const SCRIPT = path.join(projectRoot, 'src', 'git', 'receipts', 'verifyScript.ts');
const CONFIG = `gates:\n  - name: test\n    command: ["${process.execPath}", "-e", "console.log('# tests 1')"]\n`;

describe('receipts of landings', () => {
  let repository: TemporaryRepository;
  let window: TestWindow;

  beforeEach(async () => {
    repository = await TemporaryRepository.create({ branch: 'main' });
    await repository.commit({ 'a.txt': 'one\n', 'b.txt': 'one\n', '.switchyard/config.yaml': CONFIG }, 'Begin');
    window = new TestWindow(repository);
    await window.open();
  });
  afterEach(async () => {
    await window.close();
    await repository.dispose();
  });

  async function land(title: string, file: string): Promise<string> {
    const story = await window.codedStory(title, { [file]: `${title}\n` });
    await window.must(story, 'GatesStarted');
    return (await window.waitForStage(story, 'Done')).mergeCommit;
  }
  async function receiptOf(commit: string): Promise<Receipt> {
    const text = await waitFor('the receipt', () =>
      repository.git('notes', '--ref=switchyard', 'show', commit).catch(() => undefined),
    );
    const read = readReceipt(text);
    assert.ok(read.kind === 'receipt', text);
    return read.receipt;
  }
  const findings = async (range = '') => {
    const outcome = await window.engine.questions.verifyLandings(range);
    assert.ok(outcome.kind === 'verified', JSON.stringify(outcome));
    return outcome.verification.findings.map(({ fault }) => fault);
  };
  const script = (...words: string[]) =>
    new Promise<{ code: number; text: string }>((resolve) => {
      const args = ['--import', 'tsx', SCRIPT, '--repository', repository.path, ...words];
      execFile(process.execPath, args, { cwd: projectRoot }, (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, text: stdout + stderr }),
      );
    });

  it('[MQ22] each landing has a receipt as a note that names the one before it, and git alone verifies them', async () => {
    const [first, second] = [await land('Two', 'a.txt'), await land('Three', 'b.txt')];
    const [one, two] = [await receiptOf(first), await receiptOf(second)];
    assert.deepEqual([one.sequence, one.previous, two.sequence, two.previous?.commit], [1, null, 2, first]);
    assert.equal(two.tree, await repository.git('rev-parse', 'main^{tree}'));
    assert.deepEqual(two.parents, (await repository.git('log', '-1', '--format=%P', 'main')).split(' '));
    assert.deepEqual([two.target, two.gatesFrom, two.madeLater], ['refs/heads/main', 'file', null]);
    assert.deepEqual(two.gates.map(({ name, verdict, on }) => [name, verdict, on.tree]), [['test', 'passed', two.tree]]); // prettier-ignore
    // The story stood on the target's tip, so its own gates had run on the very tree that landed.
    assert.deepEqual(two.gates.map(({ runs, reused, quarantined }) => [runs, reused, quarantined]), [[1, true, false]]); // prettier-ignore
    for (const { definition, output } of two.gates) assert.ok(definition !== null && output !== null);
    assert.ok(two.output !== null && two.tools['git'] !== undefined);
    assert.deepEqual(await findings(), []);
    const told = await script();
    assert.equal(told.code, 0, told.text);
    assert.match(told.text, /2 commits, 2 receipts\. Everything holds\./);
    // What a person has checked out, and the notes that they see, are theirs.
    assert.equal(await repository.git('status', '--porcelain'), '');
  });

  it('[MQ22] what does not hold is named: a commit from elsewhere, a receipt that was changed, one that is gone', async () => {
    const first = await land('Two', 'a.txt');
    await receiptOf(first);
    await repository.commit({ 'b.txt': 'by hand\n' }, 'By hand');
    const last = await land('Three', 'c.txt');
    await receiptOf(last);
    assert.deepEqual(await findings(), ['outside']);
    assert.deepEqual(await findings(`${first}..main`), ['outside']);
    assert.deepEqual(await findings(first), []);
    const text = await repository.git('notes', '--ref=switchyard', 'show', first);
    const changed = text.replace('"verdict": "passed"', '"verdict": "failed"');
    await repository.git('notes', '--ref=switchyard', 'add', '-f', '-m', changed, first);
    assert.deepEqual(await findings(), ['gates', 'chain', 'journal', 'outside', 'chain']);
    await repository.git('notes', '--ref=switchyard', 'remove', first);
    assert.deepEqual(await findings(), ['noReceipt', 'outside', 'chain']);
    const told = await script('main');
    assert.equal(told.code, 1);
    assert.match(told.text, /It came to refs\/heads\/main|It came to main/);
    assert.equal((await script('no-such-branch')).code, 2);
  });

  it('[MQ22] a newest receipt that was changed is named, by the notes’ history, by where they stood, or by the journal', async () => {
    await land('Two', 'a.txt');
    const last = await land('Three', 'b.txt');
    await receiptOf(last);
    const [ref, tip] = ['refs/notes/switchyard', await repository.git('rev-parse', 'refs/notes/switchyard')];
    const forge = async (from: string, to: string) => {
      const text = await repository.git('notes', '--ref=switchyard', 'show', last);
      assert.ok(text.includes(from), text);
      await repository.git('notes', '--ref=switchyard', 'add', '-f', '-m', text.replace(from, to), last);
    };
    await forge('"by": "gates"', '"by": "person"');
    assert.deepEqual(await findings(), ['chain', 'journal']);
    const told = await script();
    assert.equal(told.code, 1);
    assert.match(told.text, /Its receipt was changed after it was written/);
    // The forged notes take the place of the others, as if they had been written so.
    const forged = await repository.git('commit-tree', '-p', `${tip}^`, '-m', 'Receipt 2', `${ref}^{tree}`);
    await repository.git('update-ref', ref, forged);
    assert.deepEqual(await findings(), ['chain', 'journal']);
    assert.equal((await script()).code, 1);
    await repository.git('reflog', 'expire', '--expire=all', ref);
    assert.deepEqual(await findings(), ['journal']);
    assert.equal((await script()).code, 0, 'nothing in git knows of it any more');
    // A merge of notes that changes one says so as well.
    const merged = await repository.git('commit-tree', '-p', tip, '-p', `${tip}^`, '-m', 'Merge', `${ref}^{tree}`);
    await repository.git('update-ref', ref, merged);
    await repository.git('reflog', 'expire', '--expire=all', ref);
    assert.deepEqual(await findings(), ['chain', 'journal']);
    // And one that brings those of another clone does not.
    const other = await repository.git('commit-tree', '-p', tip, '-p', `${tip}^`, '-m', 'Merge', `${tip}^{tree}`);
    await repository.git('update-ref', ref, other);
    await repository.git('reflog', 'expire', '--expire=all', ref);
    assert.deepEqual(await findings(), []);
  });

  it('[MQ22] a receipt that a kill cut off is made at the next start, once, and says that it was made later', async () => {
    const [first, second] = [await land('Two', 'a.txt'), await land('Three', 'b.txt')];
    await receiptOf(second);
    await window.close();
    await repository.git('notes', '--ref=switchyard', 'remove', second);
    for (let start = 0; start < 2; start += 1) {
      await window.open();
      const receipt = await receiptOf(second);
      assert.ok(receipt.madeLater !== null);
      assert.deepEqual([receipt.sequence, receipt.previous?.commit], [2, first]);
      assert.deepEqual(await findings(), []);
      await window.close();
    }
    assert.equal((await repository.git('notes', '--ref=switchyard', 'list')).split('\n').length, 2);
    await window.open();
  });

  it('[MQ22] a landing is not kept from being done by a receipt that cannot be written', async () => {
    await repository.git('update-ref', 'refs/notes/switchyard/in/the/way', 'HEAD');
    const done = await land('Two', 'a.txt');
    assert.equal(await repository.git('rev-parse', 'main'), done);
    await waitFor('the warning', () => window.warnings.some((line) => line.includes('[receipts]')));
    await repository.git('update-ref', '-d', 'refs/notes/switchyard/in/the/way');
    await receiptOf(await land('Three', 'b.txt'));
    assert.ok((await receiptOf(done)).madeLater !== null, 'the one before came with the next');
  });

  for (const strategy of ['squash', 'rebase'] as const) {
    it(`[MQ22] a story that lands by ${strategy} verifies too`, async () => {
      window.settings = { ...window.settings, strategy };
      const story = await window.codedStory('Two', { 'a.txt': 'two\n' });
      await window.commit(story, { 'b.txt': 'two\n' });
      await window.must(story, 'GatesStarted');
      await receiptOf((await window.waitForStage(story, 'Done')).mergeCommit);
      assert.deepEqual(await findings(), []);
    });
  }
});
