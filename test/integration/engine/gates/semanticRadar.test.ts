import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { StoryRecord } from '../../../../src/core/story/story';
import { TemporaryRepository } from '../../../support/temporaryRepository';
import { waitFor } from '../../../support/waitFor';
import { TestWindow } from '../harness';

describe('the semantic radar', () => {
  let repository: TemporaryRepository;
  let window: TestWindow;
  let tally: string;
  let hang: string;

  beforeEach(async () => {
    repository = await TemporaryRepository.create({ branch: 'main' });
    await repository.commit({ 'a.txt': 'one\n' }, 'Begin');
    [tally, hang] = ['tally', 'hang'].map((name) => path.join(repository.folder, name)) as [string, string];
  });
  afterEach(async () => {
    rmSync(hang, { force: true });
    await window.close();
    await repository.dispose();
  });

  /** Gates that are red where both `left.txt` and `right.txt` are, each of which notes what it ran on. */
  async function open(radarGates?: 'cheapest' | 'all', more: readonly object[] = []): Promise<void> {
    const gate = (name: string): object => ({
      name,
      command: ['sh', '-c', `echo ${name} $(ls) >> "${tally}"; while [ -e "${hang}" ] && [ -e left.txt ] && [ -e right.txt ]; do sleep 0.05; done; ! { test -e left.txt && test -e right.txt; }`], // prettier-ignore
    });
    const gates = [...more, gate('lint'), gate('test')];
    const settings = { gates, reviewPaths: ['*'], ...(radarGates && { radarGates }) };
    window = new TestWindow(repository, { settings, power: () => Promise.resolve('unknown') });
    await window.open();
  }
  const runsOn = (files: string): string[] => {
    const lines = existsSync(tally) ? readFileSync(tally, 'utf8').trim().split('\n') : [];
    return lines.filter((line) => line.includes(files));
  };
  const runsOnBoth = (): string[] => runsOn('left.txt').filter((line) => line.includes('right.txt'));
  async function held(file: string): Promise<StoryRecord> {
    const story = await window.codedStory(file, { [file]: 'one\n' });
    await window.must(story, 'GatesStarted');
    await window.waitForStage(story, 'ReviewHold');
    return story;
  }
  const says = (story: StoryRecord, what: RegExp) =>
    window.waitForCard(story, String(what), ({ facts }) => facts.some((fact) => typeof fact === 'string' && what.test(fact))); // prettier-ignore
  const saysNothing = (story: StoryRecord) =>
    window.waitForCard(story, 'nothing of a conflict', ({ conflicts }) => conflicts.length === 0);

  it('[MQ13] says on both of two stories that they are green apart and red together, before either lands', async () => {
    await open('cheapest');
    const [left, right] = [await held('left.txt'), await held('right.txt')];
    await says(left, new RegExp(`^Red together with #${right.number} in gate (?:lint|test)$`));
    await says(right, new RegExp(`^Red together with #${left.number} in gate (?:lint|test)$`));
    const red = runsOnBoth().at(-1)?.split(' ')[0];
    assert.deepEqual(runsOnBoth().map((line) => line.split(' ')[0]), ['lint', 'test'].slice(0, red === 'lint' ? 1 : 2)); // prettier-ignore
    const { conflicts } = await window.session.conflicts();
    assert.deepEqual(
      conflicts.map(({ one, other, gate }) => [one, other, gate]),
      [[left.number, right.number, red]],
    );
    const told = `exited with code 1\\.\\s+That was #${right.number} together with #${left.number}: each of them is green alone\\.`;
    assert.match((await window.session.outputsOf(right.key)).at(-1) ?? '', new RegExp(told));
    for (const story of [left, right]) {
      assert.equal(window.now(story).stage.name, 'ReviewHold');
      assert.deepEqual(window.now(story).strikes, []);
    }
  });

  it('[MQ13] knows it of a story that waits in the queue for a clean checkout', async () => {
    await open('all');
    const left = await held('left.txt');
    writeFileSync(path.join(repository.path, 'left.txt'), 'mine\n');
    await window.must(left, 'Approved');
    await window.waitForCard(left, 'a wait for the checkout', ({ why }) => /left\.txt/.test(why ?? ''));
    const right = await held('right.txt');
    await says(left, new RegExp(`Red together with #${right.number} in gate lint`));
    await says(right, new RegExp(`Red together with #${left.number} in gate lint`));
    assert.equal(window.now(left).stage.name, 'Merge');
    rmSync(path.join(repository.path, 'left.txt'));
    await window.waitForStage(left, 'Done');
    await saysNothing(right);
  });

  it('[MQ13] keeps saying it where the later one is approved first, and has what the gate printed after a reload', async () => {
    await open('all');
    const [left, right] = [await held('left.txt'), await held('right.txt')];
    const told = new RegExp(`That was #${right.number} together with #${left.number}: each of them is green alone`);
    const output = async (): Promise<string> => (await window.session.outputsOf(right.key)).at(-1) ?? '';
    await says(left, /^Red together/);
    // Another pair has its turn, in which the later one of the first is proven alone.
    const other = await held('other.txt');
    await waitFor('the third to be compared', () => runsOn('other.txt right.txt').length === 2, {
      seen: () => runsOn(''),
    });
    assert.match(await output(), told);
    await window.close();
    await window.open();
    await says(left, /^Red together/);
    assert.match(await output(), told);
    assert.equal(runsOnBoth().length, 1, 'the ledger knows it');
    writeFileSync(path.join(repository.path, 'right.txt'), 'mine\n');
    await window.must(right, 'Approved');
    await window.waitForCard(right, 'a wait for the checkout', ({ why }) => /right\.txt/.test(why ?? ''));
    await says(left, new RegExp(`^Red together with #${right.number} in gate lint`));
    await says(right, new RegExp(`^Red together with #${left.number} in gate lint`));
    assert.match(await output(), told);
    await saysNothing(other);
  });

  it('[MQ13, MQ11] runs what a gate may build on with it, so that its verdict is worth something', async () => {
    await repository.commit({ '.gitignore': 'built\n' }, 'Ignore what is built');
    const slow = `sleep 0.3; echo built > built; echo build $(ls) >> "${tally}"`;
    await open(undefined, [{ name: 'build', command: ['sh', '-c', slow] }]);
    const needsBuild = { name: 'check', command: ['sh', '-c', `echo check $(ls) >> "${tally}"; test -e built`] };
    const { settings } = window;
    window.settings = { ...settings, gates: [...(settings.gates as object[]).slice(0, 1), needsBuild], radarGates: 'cheapest' }; // prettier-ignore
    const [left, right] = [await held('left.txt'), await held('right.txt')];
    await waitFor('both to be compared', () => runsOnBoth().length === 2, { seen: () => runsOn('') });
    assert.deepEqual(runsOnBoth().map((line) => line.split(' ')[0]), ['build', 'check']); // prettier-ignore
    for (let round = 0; round < 3; round += 1) await window.engine.settle();
    for (const story of [left, right]) await saysNothing(story);
  });

  it('[MQ13] asks no program for a signature that nobody is waiting for', async () => {
    await open();
    const [left, right] = [await held('left.txt'), await held('right.txt')];
    await repository.git('config', 'commit.gpgsign', 'true');
    await repository.git('config', 'gpg.program', path.join(repository.folder, 'no such program'));
    window.settings = { ...window.settings, radarGates: 'all' };
    window.engine.poke();
    await says(left, new RegExp(`^Red together with #${right.number} in gate lint`));
  });

  it('[MQ13] says nothing of stories that are green together, and asks of each pair once', async () => {
    await open('all');
    const [left, other] = [await held('left.txt'), await held('other.txt')];
    const runs = (): number => readFileSync(tally, 'utf8').split('\n').filter((line) => line.includes('left.txt other.txt')).length; // prettier-ignore
    await waitFor('all gates on both', () => runs() === 2, { seen: runs });
    for (let round = 0; round < 3; round += 1) await window.engine.settle();
    assert.equal(runs(), 2);
    for (const story of [left, other]) await saysNothing(story);
  });

  it('[MQ13] ends at once when a story queues, which does not wait for it', async () => {
    await open('all');
    const [left, right] = [await held('left.txt'), await held('right.txt')];
    writeFileSync(hang, '');
    await repository.commit({ 'moved.txt': 'one\n' }, 'Move the target');
    await waitFor('gates that hang', () => runsOnBoth().some((line) => line.includes('moved.txt')), { seen: runsOnBoth }); // prettier-ignore
    const quick = await window.codedStory('Quick', { 'quick.txt': 'one\n' });
    await window.must(quick, 'QaSkipped');
    await window.waitForStage(quick, 'Done');
    assert.ok(existsSync(hang), 'nobody let the hanging gate go');
    rmSync(hang);
    await says(left, new RegExp(`Red together with #${right.number} in gate lint`));
  });

  /** A gate that is green and quick, and `test`, which takes longer and is red on both. */
  async function openWithQuickGate(): Promise<void> {
    await open();
    const note = (name: string): string => `echo ${name} $(ls) >> "${tally}"`;
    const quick = { name: 'quick', command: ['sh', '-c', note('quick')] };
    const slow = `${note('test')}; sleep 0.3; ! { test -e left.txt && test -e right.txt; }`;
    window.settings = { ...window.settings, gates: [quick, { name: 'test', command: ['sh', '-c', slow] }], radarGates: 'cheapest' }; // prettier-ignore
  }
  const namesOnBoth = (): (string | undefined)[] => runsOnBoth().map((line) => line.split(' ')[0]);

  it('[MQ13] runs the cheapest gate alone, and looks again once all are to run', async () => {
    await openWithQuickGate();
    const [left, right] = [await held('left.txt'), await held('right.txt')];
    await waitFor('the cheapest gate on both', () => runsOnBoth().length > 0, { seen: () => runsOn('') });
    for (let round = 0; round < 3; round += 1) await window.engine.settle();
    assert.deepEqual(namesOnBoth(), ['quick']);
    for (const story of [left, right]) await saysNothing(story);
    window.settings = { ...window.settings, radarGates: 'all' };
    window.engine.poke();
    await says(left, new RegExp(`^Red together with #${right.number} in gate test`));
  });

  it('[MQ13, MQ20] asks no gate that is quarantined, though it is the cheapest', async () => {
    await openWithQuickGate();
    const left = await held('left.txt');
    assert.equal((await window.session.quarantine('quick')).kind, 'done');
    const right = await held('right.txt');
    await says(left, new RegExp(`^Red together with #${right.number} in gate test`));
  });

  it('[MQ13] is silent where the setting does not allow it', async () => {
    await open();
    const [left, right] = [await held('left.txt'), await held('right.txt')];
    for (let round = 0; round < 3; round += 1) await window.engine.settle();
    assert.deepEqual(runsOnBoth(), []);
    for (const story of [left, right]) await saysNothing(story);
  });
});
