import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { TemporaryFolder } from '../support/temporaryFolder';
import { inOrder } from '../support/mocha/inOrder';
import { waitFor } from '../support/waitFor';
import { openWorkbench } from '../support/workbench/open';
import type { Workbench } from '../support/workbench/workbench';
import { LandingGate } from './support/landingGate';
import { membersOf, readGateRuns, readStory, runOf } from './support/runs';
import { Stories } from './support/stories';
import { recordingGate } from './support/settings';

describe('The extension host killed while a story merges', function () {
  inOrder(this);
  const folder = new TemporaryFolder();
  const record = folder.at('gates.jsonl');
  const release = folder.at('release');
  const landing = new LandingGate(folder);
  let workbench: Workbench;
  let stories: Stories;

  before(async () => {
    workbench = await openWorkbench({
      settings: recordingGate(record, release),
      machineSettings: { 'git.path': landing.path },
    });
    stories = new Stories(workbench);
    await stories.open();
    await stories.create({ title: 'First' });
    await stories.approve();
  });
  after(async () => {
    await workbench.close();
    folder.remove();
  });

  it('[MQ3, MQ4] in the middle of a gate: it is back in Merge, the gate is ended and run again, and it lands once', async () => {
    landing.letThrough();
    const before = await bringToMerge(1);
    await waitFor('the gate to run', () => readGateRuns(record).length === 1);
    await stories.waitInGroup(1, 'Merge', /test 1\/1/);
    const [first] = readGateRuns(record);
    const run = runOf(first!.pid);
    assert.ok(run !== null && membersOf(run).includes(first!.pid), 'the gate carries its run');

    const back = workbench.killExtensionHost();
    assert.ok(membersOf(run).length > 0, 'the gate outlives its host');
    await back;
    await waitFor('the gate to be run again', () => readGateRuns(record).length === 2, { deadlineMs: 120_000 });
    assert.deepEqual(membersOf(run), [], 'the earlier gate was ended before the tree was used again');
    await stories.waitInGroup(1, 'Merge', /test 1\/1/);
    await workbench.screenshot('kill-gates-again');
    assert.equal(await workbench.repository.git('rev-parse', 'main'), before, 'nothing has landed yet');
    writeFileSync(release, '');
    await assertLandsOnce(1, before);
  });

  it('[MQ3, MQ4, P5] in the middle of a landing: two gits want to move the target, and it moves once', async () => {
    landing.close();
    await stories.create({ title: 'Second' });
    const before = await bringToMerge(2);
    await landing.waitForLanding(1);
    await stories.waitInGroup(2, 'Merge');
    await workbench.killExtensionHost();
    await stories.waitInGroup(2, 'Merge');
    await landing.waitForLanding(2);
    await workbench.screenshot('kill-landing-again');
    assert.equal(await workbench.repository.git('rev-parse', 'main'), before, 'nothing has landed yet');
    landing.letThrough();
    await assertLandsOnce(2, before);
  });

  it('[MQ3, MQ4] a landing that finishes after its host has died is found and counted once', async () => {
    await workbench.reload();
    await stories.tree.waitForRow('Done');
    landing.close();
    rmSync(release, { force: true });
    await stories.create({ title: 'Third' });
    const before = await bringToMerge(3);
    writeFileSync(release, '');
    await landing.waitForLanding(1);
    const back = workbench.killExtensionHost();
    landing.letThrough();
    await waitFor('the orphan to land', async () => (await workbench.repository.git('rev-parse', 'main')) !== before);
    await back;
    await assertLandsOnce(3, before);
  });

  /** Makes the change as a person and sends it to the queue; returns where the target stood before. */
  async function bringToMerge(number: number): Promise<string> {
    await stories.run('Start', number);
    await stories.waitInGroup(number, 'Coding');
    await stories.work(number, { [`change-${number}.js`]: `export const change = ${number};\n` });
    const before = await workbench.repository.git('rev-parse', 'main');
    await stories.run('Merge', number);
    return before;
  }

  /** The story becomes Done by itself, by one commit on the target whose very tree went through the gate. */
  async function assertLandsOnce(number: number, before: string): Promise<void> {
    const git = (...args: string[]): Promise<string> => workbench.repository.git(...args);
    await stories.tree.waitForRow((row) => row.label === 'Done' && row.description === String(number));
    const landed = await git('log', '--first-parent', '--format=%H %T %P', `${before}..main`);
    assert.equal(landed.split('\n').length, 1, `one landing:\n${landed}`);
    const [commit, tree, base, tip] = landed.split(' ');
    assert.deepEqual([base, tip], [before, await git('rev-parse', 'main^2')]);
    const gated = readGateRuns(record).filter((one) => one.headTree === tree);
    assert.ok(gated.length > 0, 'the gate saw the landed tree');
    for (const one of gated) assert.deepEqual([one.indexTree, one.changes], [one.headTree, '']);
    assert.equal(await git('status', '--porcelain'), '', 'the checkout followed');

    const { story, history } = await readStory(workbench.repository.folder, number);
    assert.ok(story.stage.name === 'Done' && story.stage.mergeCommit === commit && story.stage.by === 'queue');
    assert.deepEqual(story.strikes, []);
    const events = history.map((entry) => entry.event);
    assert.equal(events.filter((event) => event === 'MergeSucceeded').length, 1, events.join());
    assert.equal(events.filter((event) => event === 'MergeFailed').length, 0, events.join());
    await waitFor(
      'every pin to be gone',
      async () => (await git('for-each-ref', 'refs/switchyard/candidates/')) === '',
    );
    await workbench.statusBar.waitFor('0 agents running, 0 in the merge queue, nothing needs you');
  }
});
