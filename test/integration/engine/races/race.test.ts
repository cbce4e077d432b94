import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { StoryRecord } from '../../../../src/core/story/story';
import type { EngineSettings } from '../../../../src/engine/ports';
import { projectRoot } from '../../../support/projectRoot';
import { TemporaryRepository } from '../../../support/temporaryRepository';
import { waitFor } from '../../../support/waitFor';
import { TestWindow } from '../harness';

/** An agent that writes these lines into hello.txt and commits them, as soon as `until` exists where that is given. */
function agent(name: string, lines: readonly string[], { file = 'hello.txt', until = '' } = {}): object {
  const script = `
    const { existsSync, writeFileSync } = require('node:fs');
    const { execFileSync } = require('node:child_process');
    const work = () => {
      if (${JSON.stringify(until)} !== '' && !existsSync(${JSON.stringify(until)})) return setTimeout(work, 20);
      console.log(${JSON.stringify(`${name} is at it`)});
      writeFileSync(${JSON.stringify(file)}, ${JSON.stringify(`${lines.join('\n')}\n`)});
      execFileSync('git', ['add', '-A']);
      execFileSync('git', ['commit', '-qm', ${JSON.stringify(`By ${name}`)}]);
    };
    work();`;
  return { name, role: 'coder', command: [process.execPath, '-e', script] };
}

describe('a race of agents', () => {
  let repository: TemporaryRepository;
  let window: TestWindow;

  const open = async (settings: Partial<EngineSettings>): Promise<void> => {
    window = new TestWindow(repository, { settings: { maxCoders: 3, ...settings } });
    await window.open();
    await waitFor('the agents to be read', () => window.engine.commands());
  };
  const numbered = (number: number): StoryRecord =>
    window.engine.stories().find((one) => one.number === number) ?? assert.fail(`#${number} is not there`);
  const stages = (): string[] => window.engine.stories().map(({ number, stage }) => `#${number} ${stage.name}`);
  const landings = async (): Promise<number> =>
    Number(await repository.git('rev-list', '--first-parent', '--count', 'main')) - 1;
  const inHold = (...numbers: number[]): Promise<unknown> =>
    waitFor('those that race to be proven', () => numbers.every((one) => numbered(one).stage.name === 'ReviewHold'), { seen: stages }); // prettier-ignore

  beforeEach(async () => {
    repository = await TemporaryRepository.create({ branch: 'main' });
    await repository.commit({ 'a.txt': 'a\n' }, 'Begin');
  });
  afterEach(async () => {
    await window.close();
    await repository.dispose();
  });

  it('[A14] from one start to one landing: both are proven, none lands, one is kept, the other can be restored', async () => {
    await open({ agents: [agent('terse', ['hello']), agent('wordy', ['hello', 'dear', 'world'])] });
    const story = await window.newStory('Say hello', 'Greet.\n\n- [ ] it greets\n- [ ] it is short\n');
    const waiting = await window.engine.createStory({
      title: 'After',
      type: 'story',
      body: '',
      dependsOn: [story.key],
    });
    assert.ok(waiting.kind === 'created');
    assert.match((await window.session.race(story.key, ['terse'])).message, /A race needs two agents/);
    assert.match(
      (await window.session.race(story.key, ['terse', 'other'])).message,
      /No agent for coding is named other/,
    );
    const begun = await window.session.race(story.key, ['terse', 'wordy']);
    assert.equal(begun.message, '#1 is raced: #1 terse, #3 wordy.');
    assert.match((await window.session.race(story.key, ['terse', 'wordy'])).message, /A race begins in the backlog/);
    await inHold(1, 3);
    const [first, second] = [numbered(1), numbered(3)];
    assert.equal(second.title, 'Say hello (wordy)');
    const from = await repository.git('rev-parse', 'main');
    for (const { branch } of [first, second]) assert.equal(await repository.git('merge-base', branch ?? '', 'main'), from); // prettier-ignore
    // Nothing of either lands, whatever a person presses.
    assert.equal(await landings(), 0);
    for (const { key, stage } of [first, second]) {
      const seen = stage.name === 'ReviewHold' ? stage.tip : '';
      const refused = await window.engine.perform(key, { event: 'Approved', seen });
      assert.match(refused.kind === 'refused' ? refused.message : '', /^It races #[13], so nothing of it lands/);
      assert.equal((await window.engine.moveTo(key, 'Merge')).kind, 'refused');
    }
    // The winner ticks a criterion; a conflict between the two is nobody's business.
    const edited = await window.session.storyText(3, null);
    assert.ok(edited.kind === 'found');
    const { text } = edited.story;
    await window.session.editStory(second.key, {
      base: text,
      text: text.replace('- [ ] it greets', '- [x] it greets'),
    });
    const { conflicts } = await window.session.conflicts();
    assert.deepEqual(conflicts, []);
    const { racers, agents } = await window.session.raceOf(first.key);
    assert.deepEqual(agents, ['terse', 'wordy']);
    assert.deepEqual(racers.map(({ number, criteria, change, gates }) => [number, criteria?.done, change?.added, gates.map(({ gate, verdict }) => `${gate} ${verdict}`)]), [
      [3, 1, 3, ['test passed']],
      [1, 0, 1, ['test passed']],
    ]); // prettier-ignore

    const kept = await window.session.keepRacer(second.key);
    assert.equal(kept.message, '#1 goes on with what wordy made. What terse made is kept: Restore shows it.');
    await window.waitForStage(first, 'Done');
    await window.landingOf(first);
    assert.deepEqual([await landings(), await repository.git('show', 'main:hello.txt')], [1, 'hello\ndear\nworld']);
    const now = window.now(first);
    assert.deepEqual([now.title, now.race, now.agent, now.criteria], ['Say hello', undefined, 'wordy', { done: 1, total: 2 }]); // prettier-ignore
    assert.deepEqual(stages().sort(), ['#1 Done', '#2 Backlog']);
    assert.match((await window.session.outputsOf(first.key)).join(''), /wordy is at it/);
    const [run, ...others] = (await window.session.runsOf(first.key)).agents;
    assert.deepEqual([run?.agent, others], ['wordy', []]);
    assert.match((await window.session.agentTextOf(first.key, 'transcript', run?.run ?? '')) ?? '', /wordy is at it/);
    // Who depends on the raced story goes on; who lost is whole under a rescue ref.
    await window.waitForCard(waiting.story, 'it to be ready', ({ primaryActions }) => primaryActions.includes('start'));
    const [lost] = await window.session.kept();
    assert.ok(lost?.ref != null && lost.title === 'Say hello (terse)', JSON.stringify(lost));
    assert.equal(await repository.git('show', `${lost.ref}:hello.txt`), 'hello');
    assert.deepEqual(readdirSync(`${repository.path}.worktrees`).filter((name) => /^\d/.test(name)).sort(), ['3-say-hello-wordy']); // prettier-ignore

    // Restored it is a story of its own, with its agent's words, and does not land unseen beside the other.
    assert.equal((await window.session.restore(lost.id)).kind, 'done');
    const back = numbered(3);
    assert.match((await window.session.outputsOf(back.key)).join(''), /terse is at it/);
    assert.deepEqual((await window.session.runsOf(back.key)).agents.map((one) => one.agent), ['terse']); // prettier-ignore
    assert.equal(await repository.git('show', `${back.branch ?? ''}:hello.txt`), 'hello');
    // Both go with their branches, whose names are each other's.
    const gone = await window.session.remove({ keys: [back.key, first.key], what: 'delete', large: 'keep' });
    assert.deepEqual(gone.map(({ message }) => /so it stays|so both stay/.test(message)), [false, false]); // prettier-ignore
    const left = await repository.git('for-each-ref', '--format=%(refname:short)', 'refs/heads');
    assert.equal(left, 'main');
  });

  it('[A14, P5] a window that follows begins a race, compares what it made, and keeps one', async () => {
    await open({ agents: [agent('terse', ['hello']), agent('wordy', ['hello', 'dear', 'world'])] });
    const follower = new TestWindow(repository);
    await follower.open();
    try {
      const { session } = follower;
      assert.equal(session.engine(), null, 'it follows');
      const story = await window.newStory('Say hello', 'Greet.');
      await follower.waitForCard(story, 'the story', () => true);
      assert.match((await session.race(story.key, ['terse'])).message, /A race needs two agents/);
      const begun = await session.race(story.key, ['terse', 'wordy']);
      assert.equal(begun.message, '#1 is raced: #1 terse, #2 wordy.');
      await inHold(1, 2);
      const { racers } = await session.raceOf(story.key);
      assert.deepEqual(racers.map(({ agent: name }) => name).sort(), ['terse', 'wordy']);
      const kept = await session.keepRacer(numbered(2).key);
      assert.equal(kept.kind, 'done', kept.message);
      await window.waitForStage(numbered(1), 'Done');
      assert.equal(await repository.git('show', 'main:hello.txt'), 'hello\ndear\nworld');
      assert.equal(await landings(), 1);
    } finally {
      await follower.close();
    }
  });

  it('[A14, A1] where the setting says so the first that is proven, and that its review accepts, is kept by itself, while another is still at work, and not reviewed anew', async () => {
    const [never, go, reviews] = ['never', 'go', 'reviews'].map((name) => path.join(repository.folder, name));
    const gates = [{ name: 'test', command: [process.execPath, '-e', 'process.exit(require("node:fs").existsSync("bad.txt") ? 1 : 0)'] }]; // prettier-ignore
    const rita = {
      name: 'rita',
      role: 'qa',
      command: [process.execPath, path.join(projectRoot, 'test', 'support', 'reviewingAgent.mjs'), '{promptFile}'],
      env: { REVIEW_HOME: reviews, REVIEW_SCRIPT: JSON.stringify([['say I read it.'], ['accept']]) },
    };
    const agents = [agent('slow', ['hello'], { until: never }), agent('refused', ['no']), agent('good', ['hello', 'world'], { until: go }), { ...rita, name: 'rolf' }, rita]; // prettier-ignore
    await open({ gates, agents, raceWinner: 'firstProven', maxCoders: 4 });
    const story = await window.newStory('Say hello');
    // Who was chosen to review it reviews all of them.
    await window.session.describe(story.key, { agent: 'rita', role: 'reviewer' });
    assert.equal((await window.session.race(story.key, ['slow', 'refused', 'good'])).kind, 'done');
    await inHold(2);
    await window.engine.settle();
    const [refused] = (await window.session.raceOf(story.key)).racers;
    assert.deepEqual([refused?.agent, refused?.review, refused?.spent.runs], ['refused', { agent: 'rita', accepts: false }, 1]); // prettier-ignore
    assert.equal(numbered(2).race?.with, story.key);
    writeFileSync(go ?? '', '');
    await window.waitForStage(story, 'Done');
    assert.deepEqual(readdirSync(reviews ?? '').sort(), ['told-1', 'told-2']);
    assert.equal(await repository.git('show', 'main:hello.txt'), 'hello\nworld');
    await waitFor('the race to be over', () => stages().join() === '#1 Done' && window.now(story).race === undefined, { seen: stages }); // prettier-ignore
    assert.equal(await landings(), 1);
  });

  it('[A14] who is frozen races on, who is deleted or abandoned does not, and the last one goes on alone and lands once', async () => {
    const go = path.join(repository.folder, 'go');
    const agents = [agent('one', ['1']), agent('two', ['2']), agent('three', ['3'], { until: go })];
    await open({ agents });
    const story = await window.newStory('Count');
    assert.equal((await window.session.race(story.key, ['one', 'two', 'three'])).kind, 'done');
    await inHold(1, 2);
    const [two, three] = [numbered(2), numbered(3)];
    assert.match((await window.session.keepRacer(three.key)).message, /^#3 is in Coding\. It can be kept once its gates have run/); // prettier-ignore
    await window.must(three, 'Freeze');
    assert.deepEqual(
      (await window.session.raceOf(two.key)).racers.map(({ number }) => number),
      [1, 2, 3],
    );
    // The raced story goes: the others race each other.
    const [deleted] = await window.session.remove({ keys: [story.key], what: 'delete', large: 'keep' });
    assert.equal(deleted?.kind, 'done', deleted?.message);
    await window.engine.settle();
    assert.deepEqual(
      (await window.session.raceOf(two.key)).racers.map(({ number }) => number),
      [2, 3],
    );
    assert.equal((await window.engine.perform(two.key, { event: 'Approved' })).kind, 'refused');
    writeFileSync(go, '');
    await window.must(three, 'Unfreeze');
    await inHold(2, 3);
    assert.equal(await landings(), 0);
    await window.must(two, 'Abandon');
    await window.waitForStage(three, 'Done');
    assert.deepEqual([await landings(), await repository.git('show', 'main:hello.txt')], [1, '3']);
  });

  it('[A14] where the raced story was deleted, the one that is kept goes on as itself', async () => {
    await open({ agents: [agent('one', ['1']), agent('two', ['2']), agent('three', ['3'])] });
    const story = await window.newStory('Count');
    await window.session.race(story.key, ['one', 'two', 'three']);
    await inHold(1, 2, 3);
    await window.session.remove({ keys: [story.key], what: 'delete', large: 'keep' });
    const kept = await window.session.keepRacer(numbered(3).key);
    assert.equal(kept.message, '#3 goes on with what three made. What two made is kept: Restore shows it.');
    await window.waitForStage(numbered(3), 'Done');
    assert.deepEqual([stages(), await landings()], [['#3 Done'], 1]);
  });
});
