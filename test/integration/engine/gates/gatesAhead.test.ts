import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { systemClock } from '../../../../src/base/systemClock';
import type { PowerSource } from '../../../../src/core/pipeline/runAhead';
import type { StoryRecord } from '../../../../src/core/story/story';
import type { Clock } from '../../../../src/ports/clock';
import { TemporaryRepository } from '../../../support/temporaryRepository';
import { waitFor } from '../../../support/waitFor';
import { TestWindow } from '../harness';

const POWER_MS = 15_000;

/** Time goes by itself, but for the wait until it is asked again where the power comes from. */
class PowerClock implements Clock {
  readonly #waiting = new Set<() => void>();
  #ahead = 0;

  now(): number {
    return systemClock.now() + this.#ahead;
  }

  after(ms: number, callback: () => void): { dispose(): void } {
    if (ms !== POWER_MS) return systemClock.after(ms, callback);
    this.#waiting.add(callback);
    return { dispose: () => this.#waiting.delete(callback) };
  }

  endWait(): void {
    this.#ahead += POWER_MS;
    for (const callback of [...this.#waiting]) {
      this.#waiting.delete(callback);
      callback();
    }
  }
}

describe('gates that run ahead', () => {
  let repository: TemporaryRepository;
  let window: TestWindow;
  let tally: string;
  let hang: string;
  /** Null: the program that is asked says nothing. */
  let power: PowerSource | null;
  let asked: number;
  let clock: PowerClock;

  beforeEach(async () => {
    repository = await TemporaryRepository.create({ branch: 'main' });
    await repository.commit({ 'a.txt': 'one\n' }, 'Begin');
    [tally, hang] = ['tally', 'hang'].map((name) => path.join(repository.folder, name)) as [string, string];
    asked = 0;
    clock = new PowerClock();
    power = 'unknown'; // as where nobody can tell: they run
    const command = ['sh', '-c', `echo "$(ls)" | tr '\\n' ' ' >> "${tally}"; echo >> "${tally}"; while [ -e "${hang}" ] && [ -e beside.txt ] && [ ! -e quick.txt ]; do sleep 0.05; done; test ! -e beside.txt || ! test -e clash.txt`]; // prettier-ignore
    const settings = { gates: [{ name: 'test', command }], runAhead: true, reviewPaths: ['held*'] };
    const askPower = (): Promise<PowerSource> => {
      asked += 1;
      return power === null ? new Promise(() => undefined) : Promise.resolve(power);
    };
    window = new TestWindow(repository, { settings, power: askPower, clock });
    await window.open();
  });
  afterEach(async () => {
    rmSync(hang, { force: true });
    await window.close();
    await repository.dispose();
  });

  const runs = (): string[] => (existsSync(tally) ? readFileSync(tally, 'utf8').trim().split('\n') : []);
  /** A story that a person has to look at, behind a target that moved since it began. */
  async function held(files: Readonly<Record<string, string>> = { 'held.txt': 'one\n' }): Promise<StoryRecord> {
    const story = await window.codedStory('Held', files);
    await window.must(story, 'GatesStarted');
    await window.waitForStage(story, 'ReviewHold');
    return story;
  }
  const says = (story: StoryRecord, what: RegExp) => window.waitForCard(story, String(what), ({ why }) => what.test(why ?? '')); // prettier-ignore

  it('[MQ11] prove the merge of a story in review, and approved it lands without another run', async () => {
    const story = await held();
    await repository.commit({ 'beside.txt': 'one\n' }, 'Beside');
    await waitFor('its own gates, and those of its merge', () => runs().length === 2, { seen: runs });
    await says(story, /Its merge with main has passed the gates: approved now, it lands without running them again\./);
    assert.equal(window.now(story).stage.name, 'ReviewHold');
    await window.must(story, 'Approved');
    await window.waitForStage(story, 'Done');
    assert.deepEqual(runs().map((one) => one.trim()), ['a.txt held.txt', 'a.txt beside.txt held.txt']); // prettier-ignore
    assert.match((await window.landingOf(story)).proof, /^Proven before on the very same files: test\./);
  });

  it('[MQ11] that are red are said with a step to what they printed, and nothing else follows', async () => {
    const story = await held({ 'held.txt': 'one\n', 'clash.txt': 'one\n' });
    await repository.commit({ 'beside.txt': 'one\n' }, 'Beside');
    const red = /Gates are red on its merge with main: Gate test exited with code 1/;
    await says(story, red);
    assert.equal(window.card(story)?.brief, 'Red on its merge: gate test exited with code 1');
    assert.deepEqual(window.card(story)?.primaryActions, ['openDiff', 'showOutput', 'reject', 'approve']);
    const said = (await window.session.outputsOf(story.key)).at(-1) ?? '';
    assert.match(said, /Gate test exited with code 1/);
    const [, commit = '', tree = ''] = /^Gates on commit (\w{40}), tree (\w{40})\n/m.exec(said) ?? [];
    assert.equal(await repository.git('rev-parse', `${commit}^{tree}`), tree);
    await repository.git('merge-base', '--is-ancestor', 'main', commit);
    assert.equal(window.now(story).stage.name, 'ReviewHold');
    assert.deepEqual(window.now(story).strikes, []);
  });

  it('[MQ11, MQ25] do not run on a merge that would take back what others landed', async () => {
    const story = await window.codedStory('Held', { 'held.txt': 'one\n' });
    await repository.commit({ 'landed.txt': 'one\n' }, 'Landed');
    const worktree = (await window.engine.worktreeOf(story.key)) ?? '';
    await repository.gitIn(worktree, 'merge', '--quiet', '--strategy', 'ours', '--no-edit', 'main');
    await window.must(story, 'GatesStarted');
    await window.waitForStage(story, 'ReviewHold');
    await held({ 'held-too.txt': 'one\n' });
    await repository.commit({ 'beside.txt': 'one\n' }, 'Beside');
    const merged = 'a.txt beside.txt held-too.txt landed.txt';
    await waitFor('the merge of the other one', () => runs().some((one) => one.trim() === merged), { seen: runs });
    assert.ok(!runs().some((one) => one.includes('beside.txt held.txt')), runs().join('\n'));
  });

  it('[MQ11] end at once when a story queues, which does not wait for them, and begin again after it', async () => {
    const story = await held();
    writeFileSync(hang, '');
    await repository.commit({ 'beside.txt': 'one\n' }, 'Beside');
    await says(story, /Meanwhile gates run on its merge with main\./);
    await waitFor('gates that hang', () => runs().length === 2, { seen: runs });
    const other = await window.codedStory('Quick', { 'quick.txt': 'one\n' });
    await window.must(other, 'GatesStarted');
    await window.waitForStage(other, 'Done');
    assert.ok(existsSync(hang), 'nobody let the hanging gate go');
    rmSync(hang);
    await says(story, /has passed the gates/);
    assert.match(runs().at(-1) ?? '', /quick\.txt/);
  });

  it('[MQ11] do not run on battery, nor where the setting is off', async () => {
    power = 'battery';
    const story = await held();
    await repository.commit({ 'beside.txt': 'one\n' }, 'Beside');
    const assertNone = async (): Promise<void> => {
      await window.engine.settle();
      await window.engine.settle();
      assert.equal(runs().length, 1);
      assert.doesNotMatch(window.card(story)?.why ?? '', /its merge/i);
    };
    await assertNone();
    window.settings = { ...window.settings, runAhead: false };
    power = 'mains';
    await assertNone();
  });

  it('[MQ11] end when the machine goes on battery, and begin again when it is back on mains', async () => {
    const story = await held();
    writeFileSync(hang, '');
    await repository.commit({ 'beside.txt': 'one\n' }, 'Beside');
    await says(story, /Meanwhile gates run on its merge with main\./);
    await waitFor('gates that hang', () => runs().length === 2, { seen: runs });
    power = 'battery';
    clock.endWait();
    await window.waitForCard(story, 'no gates any more', ({ why }) => !/its merge/.test(why ?? ''));
    assert.ok(existsSync(hang), 'nobody let the hanging gate go');
    rmSync(hang);
    power = 'mains';
    clock.endWait();
    await repository.commit({ 'more.txt': 'one\n' }, 'More');
    await says(story, /has passed the gates/);
  });

  it('[MQ11] do not begin while nobody says where the power comes from, which is asked once', async () => {
    power = null;
    const story = await held();
    for (const file of ['beside.txt', 'more.txt']) {
      await repository.commit({ [file]: 'one\n' }, file);
      await window.engine.settle();
      clock.endWait();
      await window.engine.settle();
    }
    assert.deepEqual([asked, runs().length], [1, 1]);
    assert.doesNotMatch(window.card(story)?.why ?? '', /its merge/i);
  });
});
