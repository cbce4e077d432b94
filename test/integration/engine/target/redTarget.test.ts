import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { StoryRecord } from '../../../../src/core/story/story';
import { TemporaryRepository } from '../../../support/temporaryRepository';
import { waitFor } from '../../../support/waitFor';
import { TestWindow } from '../harness';

describe('a target that is red', () => {
  let repository: TemporaryRepository;
  let window: TestWindow;
  let gateLog: string;

  beforeEach(async () => {
    repository = await TemporaryRepository.create({ branch: 'main' });
    await repository.commit({ 'a.txt': 'good\n', 'b.txt': 'good\n' }, 'Begin');
    gateLog = path.join(repository.folder, 'gate-log');
    appendFileSync(gateLog, '');
    window = new TestWindow(repository, { settings: { gates: [gate('test', '! grep -rq bad --include=*.txt .')] } });
    await window.open();
  });
  afterEach(async () => {
    await window.close();
    await repository.dispose();
  });

  /** Notes each commit that it ran on. */
  const gate = (name: string, script: string): object => ({
    name,
    command: ['sh', '-c', `git rev-parse HEAD >> '${gateLog}'; echo '# tests 1'; ${script}`],
  });
  const runs = (): string[] =>
    readFileSync(gateLog, 'utf8')
      .split('\n')
      .filter((line) => line !== '');

  const notice = (): string | undefined =>
    window.session.model()?.notices.find(({ action }) => action?.id === 'redTarget')?.text;

  const green = (): string | undefined =>
    window.session.model()?.notices.find(({ once }) => once?.startsWith('green ') === true)?.text;

  /** A story that went into the queue past its own gates. */
  async function queued(title: string, files: Readonly<Record<string, string>>): Promise<StoryRecord> {
    const story = await window.codedStory(title, files);
    return window.must(story, 'QaSkipped');
  }

  const waitForRed = () => waitFor('a notice that the target is red', notice, { seen: () => window.warnings });

  it('[MQ6, MQ4] a story that is red where the target is green fails by itself', async () => {
    const story = await queued('Bad', { 'a.txt': 'bad\n' });
    const failed = await window.waitForStage(story, 'MergeFailure');
    assert.equal(failed.kind, 'gatesRed');
    assert.equal(notice(), undefined);
    assert.ok(runs().includes(await repository.git('rev-parse', 'main')), 'the same gate ran on the target');
  });

  it('[MQ6] a story that adds nothing and is red for its commits says nothing of the target, which has the same files', async () => {
    window.settings = { ...window.settings, gates: [gate('test', '! git log -1 --format=%s | grep -q bad')] };
    const story = await window.must(await window.newStory('Empty'), 'Start');
    const worktree = await window.engine.worktreeOf(story.key);
    execFileSync('git', ['commit', '--allow-empty', '-qm', 'bad'], { cwd: worktree ?? '' });
    await window.must(story, 'GatesStarted');
    await waitFor('a red story', () => {
      const { stage } = window.now(story);
      return stage.name === 'Coding' && stage.feedback !== null;
    });
    await window.engine.settle();
    assert.equal(notice(), undefined);
    await window.waitForStage(await queued('Other', { 'e.txt': 'good\n' }), 'Done');
  });

  it('[MQ6, MQ4] on a red target no story gets a strike: the queue pauses, names the first red commit, and goes on once a repair lands', async () => {
    await repository.commit({ 'c.txt': 'good\n' }, 'Still good');
    const culprit = await repository.commit({ 'b.txt': 'bad\n' }, 'Break it by hand');
    await repository.commit({ 'd.txt': 'good\n' }, 'Later');
    const story = await queued('Innocent', { 'e.txt': 'good\n' });
    await waitForRed();
    await waitFor('the first red commit', () => notice()?.includes(`main is red since ${culprit.slice(0, 7)} (Break it by hand)`), { seen: notice }); // prettier-ignore
    assert.deepEqual([window.now(story).stage.name, window.now(story).strikes], ['Merge', []]);
    const ran = runs();
    assert.equal(new Set(ran).size, ran.length, 'no commit is asked twice');
    const held = await window.waitForCard(story, 'a card that says so', ({ why }) => why?.includes('main is red') === true); // prettier-ignore
    assert.deepEqual(held.primaryActions, ['decideTarget']);
    const other = await queued('Other', { 'f.txt': 'good\n' });
    await window.waitForCard(other, 'a queue that is paused', ({ why }) => why?.includes('paused') === true);
    assert.equal(runs().length, ran.length, 'nothing is tried on it');

    assert.equal((await window.session.decideRedTarget('revert')).kind, 'refused', 'no story landed it');
    const made = await window.session.decideRedTarget('bugStory');
    assert.equal((await window.session.redTarget())?.bugStory, window.engine.stories().find(({ key }) => key === made.key)?.number); // prettier-ignore
    assert.equal((await window.session.decideRedTarget('bugStory')).key, made.key, 'there is one story about it');
    const bug = window.engine.stories().find(({ key }) => key === made.key);
    assert.ok(bug?.type === 'bug' && bug.title.includes('main is red'));
    assert.match(await window.session.bodyOf(bug.key), /Gate `test` fails on main/);
    const started = await window.must(bug, 'Start');
    await window.commit(started, { 'b.txt': 'good\n' });
    await window.must(started, 'GatesStarted');
    for (const one of [bug, story, other]) await window.waitForStage(one, 'Done');
    assert.equal(notice(), undefined);
    assert.match(
      green() ?? '',
      /^main is green again since \d\d:\d\d: gate test passed on [0-9a-f]{7}\. The queue goes on\.$/,
    );
  });

  it('[MQ6, MQ4] a story in QA that is red as the target is waits for it without a strike, and is proven with what repaired it', async () => {
    await repository.commit({ 'b.txt': 'bad\n' }, 'Break it by hand');
    const story = await window.must(await window.codedStory('Innocent', { 'e.txt': 'good\n' }), 'GatesStarted');
    const guilty = await window.codedStory('Guilty', { 'f.txt': 'bad\n' });
    await window.must(guilty, 'GatesStarted');
    for (const one of [story, guilty])
      await window.waitForCard(
        one,
        'a card that says so',
        ({ why }) => why?.includes('gates are red as well') === true,
      );
    assert.deepEqual([window.now(story).stage.name, window.now(story).strikes], ['QA', []]);
    const ran = runs().length;
    await window.close();
    await window.open();
    await waitForRed();
    await window.engine.settle();
    assert.equal(runs().length, ran, 'nothing runs again on a tip that is known to be red, nor after a restart');

    await repository.commit({ 'b.txt': 'good\n', 'm.txt': 'mended\n' }, 'Mend it by hand');
    await window.waitForStage(story, 'Done');
    assert.match(green() ?? '', /^main moved to [0-9a-f]{7} at \d\d:\d\d and is not known to be red any more\./);
    await waitFor('the guilty one back in Coding', () => window.now(guilty).stage.name === 'Coding');
    assert.deepEqual([window.now(story).strikes, window.now(guilty).strikes.length], [[], 1]);
  });

  it('[MQ6] a story that was made to repair the target hears of its own red', async () => {
    await repository.commit({ 'b.txt': 'bad\n' }, 'Break it by hand');
    await window.must(await window.codedStory('Innocent', { 'e.txt': 'good\n' }), 'GatesStarted');
    await waitForRed();
    const { key } = await window.session.decideRedTarget('bugStory');
    const bug = await window.must(window.engine.stories().find((one) => one.key === key) as StoryRecord, 'Start');
    await window.commit(bug, { 'g.txt': 'not enough\n' });
    await window.must(bug, 'GatesStarted');
    await waitFor('a failed repair', () => window.now(bug).strikes.length === 1 && window.now(bug).stage.name === 'Coding'); // prettier-ignore
  });

  it('[MQ6, MQ18] what turned the target red can be reverted, by name, while the queue is paused', async () => {
    window.settings = { ...window.settings, gates: [] };
    const bad = await window.codedStory('Bad', { 'a.txt': 'bad\n' });
    await window.must(bad, 'GatesStarted');
    await window.waitForStage(bad, 'ReviewHold');
    await window.must(bad, 'Approved');
    const { mergeCommit } = await window.waitForStage(bad, 'Done');
    window.settings = { ...window.settings, gates: [gate('test', '! grep -rq bad --include=*.txt .')] };
    const story = await queued('Innocent', { 'e.txt': 'good\n' });
    await waitForRed();
    await waitFor('the story that landed it', () => notice()?.includes(`since ${mergeCommit.slice(0, 7)} (#${bad.number} landed there)`), { seen: notice }); // prettier-ignore
    assert.equal((await window.session.redTarget())?.revert, bad.number);
    assert.equal((await window.session.decideRedTarget('revert')).kind, 'done');
    const { mergeCommit: landed } = await window.waitForStage(story, 'Done');
    assert.equal(await repository.git('log', '-1', '--format=%s', `${landed}^1`), `Revert #${bad.number}: Bad (#3)`);
    assert.deepEqual(window.now(story).strikes, []);
  });

  it('[MQ6] Resume stands for one tip and outlives a restart; another tip is looked at again', async () => {
    await repository.commit({ 'b.txt': 'bad\n' }, 'Break it');
    const story = await queued('Repairs it without saying so', { 'b.txt': 'good\n' });
    const blind = await queued('Does not', { 'e.txt': 'good\n' });
    await window.waitForStage(story, 'Done');
    await window.waitForStage(blind, 'Done');
    await repository.commit({ 'b.txt': 'bad\n' }, 'Break it again');
    const first = await queued('Red there', { 'g.txt': 'good\n' });
    await waitForRed();
    const repair = await queued('Another repair', { 'b.txt': 'good\n' });
    await window.waitForCard(repair, 'a queue that is paused', ({ why }) => why?.includes('paused') === true);
    await window.close();
    await window.open();
    await waitForRed();
    assert.equal((await window.session.decideRedTarget('resume')).kind, 'done');
    await window.close();
    await window.open();
    await window.waitForStage(repair, 'Done');
    await window.waitForStage(first, 'Done');
    assert.deepEqual(window.now(first).strikes, []);
  });

  it('[MQ6] after Resume what waited as red is looked at again, in QA and in the queue, and says so where that was for nothing', async () => {
    const broken = path.join(repository.folder, 'broken');
    appendFileSync(broken, '');
    window.settings = { ...window.settings, gates: [gate('test', `[ ! -e '${broken}' ]`)] };
    const inQueue = await queued('In the queue', { 'e.txt': 'good\n' });
    await waitForRed();
    const inQa = await window.must(await window.codedStory('In QA', { 'f.txt': 'good\n' }), 'GatesStarted');
    const waits = (again: string) =>
      Promise.all(
        [inQueue, inQa].map((one) => window.waitForCard(one, `a card that says ${again}`, ({ why }) => why?.includes(again) === true)), // prettier-ignore
      );
    await waits('once main moves, or you say Resume');
    assert.equal((await window.session.redTarget())?.resumed, 'no');
    assert.equal((await window.session.decideRedTarget('resume')).kind, 'done');
    await waits('tried again after Resume');
    assert.equal((await window.session.redTarget())?.resumed, 'yes');
    await repository.remove(`../${path.basename(broken)}`);
    assert.equal((await window.session.decideRedTarget('resume')).kind, 'done');
    for (const one of [inQueue, inQa]) await window.waitForStage(one, 'Done');
    assert.deepEqual([window.now(inQueue).strikes, window.now(inQa).strikes], [[], []]);
  });

  it('[MQ6, MQ11] while gates run again on a red target the lane says so, until they end', async () => {
    const [broken, goOn] = [path.join(repository.folder, 'broken'), path.join(repository.folder, 'go-on')];
    appendFileSync(broken, '');
    appendFileSync(goOn, '');
    const script = `[ ! -e '${broken}' ] && exit 0; while [ ! -e '${goOn}' ]; do sleep 0.05; done; exit 1`;
    window.settings = { ...window.settings, gates: [gate('test', script)] };
    await queued('Innocent', { 'e.txt': 'good\n' });
    await waitForRed();
    const lane = () => window.session.model()?.queue ?? null;
    assert.equal(lane()?.targetGates, undefined);
    await repository.remove(`../${path.basename(goOn)}`);
    assert.equal((await window.session.decideRedTarget('runAgain')).kind, 'done');
    await waitFor('a lane that says so', () => lane()?.targetGates !== undefined, { seen: lane });
    assert.match(notice() ?? '', /Gates run on main since/);
    appendFileSync(goOn, '');
    await waitFor('a lane that says nothing of it', () => lane()?.targetGates === undefined, { seen: lane });
    assert.match(notice() ?? '', /main is red.*Still red at \d\d:\d\d\./);
  });

  it('[MQ6] the gates of the target can be run on it again, and a green end lets the queue go on', async () => {
    const broken = path.join(repository.folder, 'broken');
    appendFileSync(broken, '');
    window.settings = { ...window.settings, gates: [gate('test', `[ ! -e '${broken}' ]`)] };
    const story = await queued('Innocent', { 'e.txt': 'good\n' });
    await waitForRed();
    const { key } = await window.session.decideRedTarget('bugStory');
    const bug = window.engine.stories().find((one) => one.key === key) as StoryRecord;
    assert.deepEqual((await window.waitForCard(bug, 'a card', () => true)).facts, ['P0', '0/1 criteria']);
    await repository.remove(`../${path.basename(broken)}`);
    assert.ok(!existsSync(broken));
    assert.equal((await window.session.decideRedTarget('runAgain')).kind, 'done');
    await window.waitForStage(story, 'Done');
    assert.equal(notice(), undefined);
    assert.match(green() ?? '', /^main is green again .* Made to repair it and still here: #2\.$/);
    const { facts } = await window.waitForCard(bug, 'a card that says so', (card) => card.facts.length > 2);
    assert.deepEqual(facts, ['main is not red any more', 'P0', '0/1 criteria']);
    await window.must(bug, 'Abandon');
    await waitFor('a notice without it', () => green()?.endsWith('The queue goes on.'), { seen: green });
  });
});
