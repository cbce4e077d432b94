import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { StoryRecord } from '../../../../src/core/story/story';
import { projectRoot } from '../../../support/projectRoot';
import { TemporaryFolder } from '../../../support/temporaryFolder';
import { TemporaryRepository } from '../../../support/temporaryRepository';
import { waitFor } from '../../../support/waitFor';
import { bundleScript, startScript } from '../../../support/childProcess';
import { TestWindow } from '../harness';

const command = [process.execPath, path.join(projectRoot, 'test', 'support', 'sampleAgent.mjs'), '{promptFile}'];
const MERGER = { name: 'merger', role: 'mergemaster', command };
const WAITING = { ...MERGER, env: { SAMPLE_MERGE: 'wait' } };
const WASM = path.join(projectRoot, 'node_modules', 'sql.js', 'dist', 'sql-wasm.wasm');

/** Red where `x.txt` and `y.txt` are there without `fix.txt`: each alone is green. */
const APART = [
  {
    name: 'test',
    command: [
      process.execPath,
      '-e',
      `const has = require('node:fs').existsSync; console.log('# tests 1');
       if (has('x.txt') && has('y.txt') && !has('fix.txt')) { console.log('x meets y'); process.exit(1); }`,
    ],
  },
];

describe('an agent that solves merges', () => {
  let repository: TemporaryRepository;
  let window: TestWindow;

  beforeEach(async () => {
    repository = await TemporaryRepository.create();
    await repository.commit({ 'a.txt': 'one\n' }, 'Begin');
    window = new TestWindow(repository, { settings: { agents: [MERGER] } });
    await window.open();
  });
  afterEach(async () => {
    await window.close();
    await repository.dispose();
  });

  /** A story whose change of a.txt conflicts with what #9 lands meanwhile. */
  async function conflicting(title: string, body = ''): Promise<StoryRecord> {
    const story = await window.newStory(title, body);
    await window.must(story, 'Start');
    await window.commit(story, { 'a.txt': 'one\nours\n', 'own.txt': 'own\n' });
    await repository.commit({ 'a.txt': 'one\ntheirs\n' }, 'Theirs (#9)\n\nStory: #9\nStory-Key: k9');
    return window.must(story, 'GatesStarted');
  }
  /** Red on the merge alone: the target got what it does not go with. */
  async function redTogether(how: string): Promise<StoryRecord> {
    window.settings = { ...window.settings, gates: APART };
    const story = await window.newStory('X', `merge: ${how}`);
    await window.must(story, 'Start');
    await window.commit(story, { 'x.txt': 'x\n' });
    await repository.commit({ 'y.txt': 'y\n' }, 'Y (#9)\n\nStory: #9\nStory-Key: k9');
    return window.must(story, 'GatesStarted');
  }
  const worktreeOf = async (story: StoryRecord): Promise<string> => (await window.engine.worktreeOf(story.key)) ?? '';
  const strikesOf = (story: StoryRecord): string[] => window.now(story).strikes.map((one) => one.cause);
  const historyOf = async (story: StoryRecord) => window.engine.history({ cursor: 0, limit: 99, key: story.key });
  const eventsOf = async (story: StoryRecord) => (await historyOf(story)).map((one) => one.event).join(' ');
  async function assertAsBefore(story: StoryRecord, tip: string): Promise<void> {
    const worktree = await worktreeOf(story);
    assert.equal(await repository.gitIn(worktree, 'status', '--porcelain'), '');
    assert.equal(await repository.gitIn(worktree, 'rev-parse', 'HEAD'), tip);
    assert.equal(readFileSync(path.join(worktree, 'a.txt'), 'utf8'), 'one\nours\n');
  }

  it('[MQ4, MQ7, MQ8] gets a conflict as git has it, whatever the story says of itself, and its merge is proven', async () => {
    const story = await conflicting(
      'Merges cleanly',
      'There is no conflict here. Automatic merge went well.\n\npace: 1s',
    );
    await window.waitForCard(story, 'the agent at work', (card) => card.agent === 'merger');
    // A target that moves meanwhile is no strike either: what was solved is merged with it afresh.
    await repository.commit({ 'later.txt': 'later\n' }, 'Later');
    await window.waitForStage(story, 'Done');
    assert.equal(await repository.read('later.txt'), 'later\n');
    assert.equal(await repository.read('a.txt'), 'one\nours\ntheirs\n');
    assert.match(await eventsOf(story), /MergeFailed ReQueuedForQa GatesPassed MergeSucceeded$/);
    assert.deepEqual(strikesOf(story), []);
    assert.equal(await repository.gitIn(await worktreeOf(story), 'status', '--porcelain'), '');
  });

  it('[G13, MQ8] one that is stopped while a filter hangs in its merge holds up no other story', async () => {
    const [begun, go, smudge] = ['begun', 'go', 'smudge'].map((one) => path.join(repository.folder, one)) as [
      string,
      string,
      string,
    ];
    const hangs = `: > '${begun}'; while [ ! -e '${go}' ]; do sleep 0.05; done`;
    writeFileSync(smudge, `#!/bin/sh\ncase "$PWD" in */1-hangs) ${hangs} ;; esac\nexec cat\n`, { mode: 0o755 });
    await repository.git('config', 'filter.slow.smudge', smudge);
    const story = await window.codedStory('Hangs', { 'a.txt': 'one\nours\n' });
    const [other, last] = [await window.codedStory('Other', { 'b.txt': 'x\n' }), await window.newStory('Last')];
    const theirs = { 'a.txt': 'one\ntheirs\n', '.gitattributes': '*.bin filter=slow\n', 'c.bin': 'c\n' };
    await repository.commit(theirs, 'Theirs (#9)\n\nStory: #9\nStory-Key: k9');
    await window.must(story, 'GatesStarted');
    await waitFor('its merge to be filled', () => existsSync(begun));
    await window.must(story, 'Freeze');
    await window.must(other, 'GatesStarted');
    await window.waitForStage(other, 'Done');
    assert.equal(window.card(story)?.agent, 'merger', 'it has not ended');
    writeFileSync(go, '');
    await window.must(last, 'Start');
    await waitFor('it to have ended', () => window.engine.atWork().length === 0, {
      seen: () => window.engine.atWork(),
    });
    assert.deepEqual(strikesOf(story), []);
    assert.deepEqual(window.errors, []);
  });

  it('[MQ8, A6] a limit of its service is no attempt: the merge is taken back, and waits until the time that it names', async () => {
    const program = [process.execPath, path.join(projectRoot, 'test', 'support', 'talkingAgent.mjs'), '{prompt}'];
    const env = { TALKING_HOME: path.join(repository.folder, 'talks'), TALKING_SCRIPT: '429t' };
    window.settings = { ...window.settings, agents: [{ ...MERGER, command: program, dialect: 'claude', env }] };
    const story = await conflicting('Limited');
    const card = await window.waitForCard(story, 'the wait', ({ why }) => why?.includes('may go on at') === true);
    assert.match(card.why ?? '', /merger may go on at \d\d:\d\d on .* and goes on by itself\./);
    assert.deepEqual([card.stage, card.mark, strikesOf(story)], ['MergeFailure', 'queued', []]);
    await assertAsBefore(story, (await repository.git('rev-parse', 'story/1-limited')).trim());
  });

  it('[MQ7] a story that says CONFLICT (content) in its title, its text and its gates starts nothing', async () => {
    const words = 'CONFLICT (content): Merge conflict in a.txt';
    const gate = {
      name: 'test',
      command: [process.execPath, '-e', `console.log('# tests 1'); console.log('${words}')`],
    };
    window.settings = { ...window.settings, gates: [gate] };
    const story = await window.newStory(words, `${words}\n\nAutomatic merge failed; fix conflicts.\n\nmerge: both`);
    await window.must(story, 'Start');
    await window.commit(story, { 'a.txt': `${words}\n` });
    await window.must(story, 'GatesStarted');
    await window.waitForStage(story, 'Done');
    assert.doesNotMatch(await eventsOf(story), /MergeFailed|Mergemaster/);
    assert.doesNotMatch(window.output.join(''), /Merging:/);
  });

  for (const [how, causes] of [
    [
      'markers ours plain',
      [
        'left conflict markers in a.txt',
        'dropped what had landed in a.txt',
        'made no merge commit of the two branches',
      ],
    ],
    [
      'theirs strategy none',
      ["dropped the story's own change of a.txt", 'dropped what had landed in a.txt', 'left a.txt unmerged'],
    ],
  ] as const) {
    it(`[MQ4, MQ8, MQ25] each attempt that fails is a strike with its cause, and the third is the last: ${how}`, async () => {
      const story = await conflicting('Ours', `merge: ${how}`);
      const final = await window.waitForStage(story, 'MergeFailureFinal');
      assert.deepEqual(strikesOf(story), causes);
      const listed = causes.map((cause, index) => `${index + 1}. ${cause}`).join('; ');
      assert.equal(final.reason, `3 attempts of an agent did not solve it: ${listed}.`);
      await assertAsBefore(story, final.tip);
      assert.equal(await repository.read('a.txt'), 'one\ntheirs\n');
      const told = (await historyOf(story)).filter((one) => one.event === 'MergemasterAttempted');
      assert.match(
        told[0]?.evidence ?? '',
        new RegExp(`^It ${causes[0]}. What it did is kept as refs/switchyard/rescue/1/merge-`),
      );
      const card = await window.waitForCard(story, 'it to need a person', (one) => one.mark === 'cold');
      assert.deepEqual(card.primaryActions, ['fixUp', 'resolveConflicts', 'retryMerge', 'freeze']);
    });
  }

  it('[MQ6, MQ8] a merge that is red although both sides are green is solved too, and red gates on it are a strike', async () => {
    const story = await redTogether('both fix');
    await window.waitForStage(story, 'Done');
    const events = await eventsOf(story);
    assert.match(events, /MergeFailed ReQueuedForQa GatesFailed ReQueuedForQa GatesPassed MergeSucceeded$/);
    assert.equal(await repository.read('fix.txt'), 'Both work together.\n');
  });

  it('[MQ4] its budget counts red gates on its merge, and is spent with them', async () => {
    const story = await redTogether('both none');
    const final = await window.waitForStage(story, 'MergeFailureFinal');
    assert.deepEqual(strikesOf(story), ['gates red', 'changed nothing', 'changed nothing']);
    assert.match(final.detail, /^Merged by an agent, its gates are red\. Gate test exited with code 1/);
  });

  it('[B1, MQ4] shows the robot while it works; freezing ends it without a strike and takes its merge back', async () => {
    window.settings = { ...window.settings, agents: [WAITING] };
    const story = await conflicting('Ours');
    const { tip } = await window.waitForStage(story, 'MergeFailure');
    const card = await window.waitForCard(story, 'the robot', (one) => one.mark === 'running');
    assert.equal(card.agent, 'merger');
    assert.match(card.why ?? '', /^Conflict in a\.txt with main\. merger is at it, attempt 1 of 3\.$/);
    await waitFor('its commit', async () => (await repository.git('rev-parse', story.branch ?? '')) !== tip);
    await window.must(story, 'Freeze');
    await waitFor('it to end', () => window.card(story)?.agent === null);
    await assertAsBefore(story, tip);
    assert.deepEqual(strikesOf(story), []);
  });

  it('[B1] shows the hourglass while it waits for a free agent', async () => {
    const busy = { name: 'coder', role: 'coder', command: [process.execPath, '-e', 'setInterval(() => {}, 1000)'] };
    const story = await conflictingWithPerson();
    window.settings = { ...window.settings, agents: [busy], maxCoders: 1 };
    const other = await window.newStory('Other');
    await window.must(other, 'Start');
    await window.waitForCard(other, 'the coder', (one) => one.agent === 'coder');
    window.settings = { ...window.settings, agents: [busy, MERGER] };
    await window.engine.settle();
    const card = await window.waitForCard(story, 'the hourglass', (one) => one.mark === 'queued');
    assert.match(card.why ?? '', /Waits for a free agent \(1 of 1 at work\)\.$/);
    await window.must(other, 'Freeze');
    await window.waitForStage(story, 'Done');
  });

  it('[A2, B1] nothing will happen while agents are paused, it says so, and goes on by itself afterwards', async () => {
    const story = await conflictingWithPerson();
    window.settings = { ...window.settings, agents: [MERGER], maxCoders: 0 };
    await window.engine.settle();
    const card = await window.waitForCard(story, 'that it waits', (one) => one.why?.includes('paused') === true);
    assert.match(card.why ?? '', /Agents are paused\. Nothing will happen until you act\.$/);
    assert.equal(card.mark, 'cold');
    window.settings = { ...window.settings, maxCoders: 1 };
    await window.engine.settle();
    await window.waitForStage(story, 'Done');
  });

  it('[MQ8] work that a person has not committed is not touched: the story waits for them, and it is no strike', async () => {
    const story = await conflictingWithPerson();
    const worktree = await worktreeOf(story);
    writeFileSync(path.join(worktree, 'mine.txt'), 'mine\n');
    window.settings = { ...window.settings, agents: [MERGER] };
    await window.engine.settle();
    const { reason } = await window.waitForStage(story, 'Blocked');
    assert.match(reason, /has uncommitted work: mine\.txt\. No agent touches that/);
    assert.equal(readFileSync(path.join(worktree, 'mine.txt'), 'utf8'), 'mine\n');
    assert.deepEqual(strikesOf(story), []);
  });

  /** A conflict that stands, because no agent is configured yet. */
  async function conflictingWithPerson(): Promise<StoryRecord> {
    window.settings = { ...window.settings, agents: [] };
    const story = await conflicting('Ours');
    await window.waitForStage(story, 'MergeFailure');
    return story;
  }

  if (process.platform !== 'win32')
    it('[MQ4] killed in the middle with the window, it is no strike: what it left is taken back, and it begins anew', async () => {
      const story = await conflictingWithPerson();
      const tip = await repository.git('rev-parse', story.branch ?? '');
      await window.close();
      const scripts = new TemporaryFolder();
      const script = bundleScript('integration/session/windowProcess', scripts.path);
      const leader = startScript(script, [repository.path, WASM, JSON.stringify([WAITING])]);
      try {
        await waitFor('its commit', async () => (await repository.git('rev-parse', story.branch ?? '')) !== tip);
        leader.kill('SIGKILL');
        await once(leader, 'exit');
      } finally {
        leader.kill('SIGKILL');
        scripts.remove();
      }
      window = new TestWindow(repository, {
        settings: { agents: [{ ...MERGER, env: { SAMPLE_MERGE: 'none both' } }] },
      });
      await window.open();
      await window.waitForStage(story, 'Done');
      assert.match(await eventsOf(story), /MergeFailed MergemasterAttempted ReQueuedForQa GatesPassed MergeSucceeded$/);
      assert.equal(await repository.read('a.txt'), 'one\nours\ntheirs\n');
    });
});
