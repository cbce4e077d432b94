import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { TemporaryRepository } from '../../../support/temporaryRepository';
import { TestWindow } from '../harness';

describe('Run Gates Again', () => {
  let repository: TemporaryRepository;
  let window: TestWindow;
  let tally: string;
  let red: string;

  beforeEach(async () => {
    repository = await TemporaryRepository.create({ branch: 'main' });
    await repository.commit({ 'a.txt': 'one\n' }, 'Begin');
    [tally, red] = ['tally', 'red'].map((name) => path.join(repository.folder, name)) as [string, string];
    window = new TestWindow(repository, {
      settings: {
        gates: [
          { name: 'test', command: ['sh', '-c', `echo test >> "${tally}"; test ! -e "${red}" || ! grep -q two a.txt`] },
          { name: 'late', command: ['sh', '-c', `echo late >> "${tally}"`] },
        ],
      },
    });
    await window.open();
  });
  afterEach(async () => {
    await window.close();
    await repository.dispose();
  });

  const ran = (): string => (existsSync(tally) ? readFileSync(tally, 'utf8').trim().replaceAll('\n', ' ') : '');

  it('[MQ11] takes a story out of the queue to its gates, which say all anew; what they say counts for the landing', async () => {
    await repository.write('a.txt', 'mine\n');
    const story = await window.codedStory('Two', { 'a.txt': 'two\n' });
    await window.must(story, 'GatesStarted');
    const waits = () => window.waitForCard(story, 'a landing that waits', ({ why, actions }) => /changes of yours/.test(why ?? '') && actions.includes('runGatesAgain')); // prettier-ignore
    await waits();
    assert.equal(ran(), 'test late');
    await window.must(story, 'ReQueuedForQa');
    await window.waitForStage(story, 'Merge');
    await waits();
    assert.equal(ran(), 'test late test late');
    await repository.write('a.txt', 'one\n');
    await window.waitForStage(story, 'Done');
    assert.equal(ran(), 'test late test late');
    assert.match(
      (await window.landingOf(story)).proof,
      /^Proven before on the very same files: test and late\. That saved (less than 1 s|\d+ s)\.$/,
    );
    assert.deepEqual(window.now(story).strikes, []);
  });

  it('[MQ11] is there where gates sent a story back, and is the way to them without another commit', async () => {
    writeFileSync(red, '');
    const story = await window.codedStory('Two', { 'a.txt': 'two\n' });
    assert.ok(!(await window.waitForCard(story, 'its card', () => true)).actions.includes('runGatesAgain'));
    await window.must(story, 'GatesStarted');
    const back = await window.waitForCard(story, 'a story that is red', (card) => card.stage === 'Coding' && card.actions.includes('runGatesAgain')); // prettier-ignore
    assert.equal(back.stage, 'Coding');
    rmSync(red);
    await window.must(story, 'ReQueuedForQa');
    await window.waitForStage(story, 'Done');
    assert.equal(ran(), 'test test test late', 'once on what it began from');
  });
});
