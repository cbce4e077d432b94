import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { TemporaryRepository } from '../../../support/temporaryRepository';
import { TestWindow } from '../harness';

describe('Tests that do not see a change', () => {
  let repository: TemporaryRepository;
  let window: TestWindow;

  const config = (minutes: number) => ({
    gates: [{ name: 'test', command: 'node check.js' }],
    review: { testHonestyMinutes: minutes },
  });
  /** The first line is looked at, and the third in no way. */
  const code = 'exports.price = 3;\nexports.isOpen = () => true;\nexports.limit = 20;\n';
  const check = "const { price } = require('./src/shop.js');\nprocess.exitCode = price === 3 ? 0 : 1;\n";

  async function begin(minutes: number): Promise<void> {
    repository = await TemporaryRepository.create({ branch: 'main' });
    const files = { 'check.js': check, '.switchyard/config.yaml': JSON.stringify(config(minutes)) };
    await repository.commit({ ...files, 'src/shop.js': 'exports.price = 2;\n' }, 'Begin');
    window = new TestWindow(repository, {});
    await window.open();
  }
  afterEach(async () => {
    await window.close();
    await repository.dispose();
  });

  it('[MQ27] hold the story with the lines; a person’s approval lets it land as it is', async () => {
    await begin(5);
    const story = await window.codedStory('Shop', { 'src/shop.js': code });
    await window.must(story, 'GatesStarted');
    const held = await window.waitForCard(story, 'a story held for a look', (card) => card.stage === 'ReviewHold');
    assert.match(held.why ?? '', /The tests do not see this change: src\/shop\.js, lines 2–3\./);
    // What the changed lines made of the gates stands in no ledger.
    assert.deepEqual((await window.session.gateHealth()).map(({ gate, runs }) => [gate, runs]), [['test', 1]]); // prettier-ignore
    await window.must(story, 'Approved');
    await window.waitForStage(story, 'Done');
    assert.equal(await repository.git('show', 'main:src/shop.js'), code.trim());
  });

  it('[MQ27] what was found out of a commit is known when it comes again, also after a restart', async () => {
    await begin(5);
    const tally = path.join(repository.folder, 'tally');
    const counting = `${check}require('node:fs').appendFileSync(${JSON.stringify(tally)}, 'x');\n`;
    const story = await window.codedStory('Shop', { 'src/shop.js': code, 'check.js': counting });
    await window.must(story, 'GatesStarted');
    await window.waitForStage(story, 'ReviewHold');
    const { length } = readFileSync(tally, 'utf8');
    assert.ok(length > 1, 'lines were tried');
    await window.must(story, 'Rejected', { text: 'Look again.' });
    await window.close();
    await window.open();
    await window.must(story, 'GatesStarted');
    const held = await window.waitForStage(story, 'ReviewHold');
    assert.match(held.reasons.join(' '), /The tests do not see this change: src\/shop\.js, lines 2–3\./);
    assert.equal(readFileSync(tally, 'utf8').length, length, 'nothing ran again');
  });

  it('[MQ27] that notice each line let it pass, and nothing of what was tried is left', async () => {
    await begin(5);
    const story = await window.codedStory('Price', { 'src/shop.js': 'exports.price = 3;\n' });
    await window.must(story, 'GatesStarted');
    await window.waitForStage(story, 'Done');
    assert.equal(await repository.git('status', '--porcelain'), '');
  });

  it('[MQ27] are tried no longer than the budget: what was under way counts for nothing', async () => {
    await begin(0.001);
    const story = await window.codedStory('Shop', {
      'src/shop.js': code,
      'check.js': `${check}setTimeout(() => {}, 400);\n`,
    });
    await window.must(story, 'GatesStarted');
    await window.waitForStage(story, 'Done');
  });
});
