import assert from 'node:assert/strict';
import { cpSync, existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Oid } from '../../../src/core/story/stage';
import type { StoryRecord } from '../../../src/core/story/story';
import { frameAt, LOG_HEADER, PREFIX_LENGTH } from '../../../src/store/log/recordFormat';
import { expectError } from '../../support/mocha/unexpectedErrors';
import { TemporaryRepository } from '../../support/temporaryRepository';
import { waitFor } from '../../support/waitFor';
import { TestWindow } from './harness';

describe('an engine whose store was damaged', () => {
  let repository: TemporaryRepository;
  let window: TestWindow;
  let store: string;
  let kept: string;
  let landed: StoryRecord;
  let other: StoryRecord;
  let commit: Oid;
  /** An agent leaves its mark here. */
  let mark: string;

  before(async () => {
    repository = await TemporaryRepository.create({ branch: 'main' });
    await repository.commit({ 'a.txt': 'one\n' }, 'Begin');
    store = path.join(repository.path, '.git', 'switchyard');
    kept = `${repository.path}.store`;
    mark = `${repository.path}.agent-ran`;
    window = new TestWindow(repository);
    await window.open();
    landed = await window.codedStory('Two', { 'a.txt': 'two\n' });
    await window.must(landed, 'GatesStarted');
    commit = (await window.waitForStage(landed, 'Done')).mergeCommit;
    await window.landingOf(landed);
    other = await window.codedStory('Three', { 'b.txt': 'three\n' });
    await window.close();
    cpSync(store, kept, { recursive: true });
    const ran = `require('fs').writeFileSync(${JSON.stringify(mark)}, '')`;
    window.settings = { ...window.settings, agents: [{ name: 'coder', command: [process.execPath, '-e', ran] }] };
  });
  beforeEach(() => {
    rmSync(store, { recursive: true });
    cpSync(kept, store, { recursive: true });
    rmSync(mark, { force: true });
  });
  afterEach(() => window.close());
  after(() => {
    for (const one of [kept, mark]) rmSync(one, { recursive: true, force: true });
    return repository.dispose();
  });

  const log = (): string => path.join(store, 'stories.log');

  function bounds(): number[] {
    const bytes = readFileSync(log());
    const found = [LOG_HEADER.length];
    for (let at = LOG_HEADER.length; at < bytes.length; found.push(at))
      at += frameAt(bytes, at)?.length ?? bytes.length;
    return found;
  }

  /** Opens the window, and waits until the engine has looked and done what it wants to do first. */
  async function reopen(): Promise<void> {
    await window.open();
    await window.engine.settle();
    await window.engine.settle();
  }

  async function assertLandedOnce(): Promise<void> {
    const { stage } = window.now(landed);
    assert.deepEqual([stage.name, stage.name === 'Done' && stage.mergeCommit], ['Done', commit]);
    const trailers = await repository.git('log', '--format=%H', `--grep=Story-Key: ${landed.key}`, 'main');
    assert.equal(trailers, commit, 'no second commit of this story');
  }

  const notices = (): string[] => (window.session.model()?.notices ?? []).map((notice) => notice.action?.id ?? '');

  it('[P1] one flipped bit lands nothing twice: the story is Done with its commit, and no agent runs for it', async () => {
    const [, , third] = bounds();
    const bytes = readFileSync(log());
    bytes[third! + PREFIX_LENGTH + 30]! ^= 1;
    writeFileSync(log(), bytes);
    rmSync(path.join(store, 'shadow.sqlite'));
    window.settings = { ...window.settings, agents: [] };
    await reopen();
    await assertLandedOnce();
    assert.ok(notices().includes('acknowledgeLoss'), 'it is told');
  });

  it('[P1] where records are gone the person is told before anything acts, and what waited goes on afterwards', async () => {
    const ran = `require('fs').writeFileSync(${JSON.stringify(mark)}, '')`;
    window.settings = { ...window.settings, agents: [{ name: 'coder', command: [process.execPath, '-e', ran] }] };
    const [, , third] = bounds();
    truncateSync(log(), third);
    rmSync(path.join(store, 'shadow.sqlite'));
    await reopen();
    await assertLandedOnce();
    assert.ok(notices().includes('acknowledgeLoss'));
    const [held] = window.engine.stories().filter((story) => story.key === other.key);
    assert.equal(held?.stage.name, 'Blocked', 'its record is gone; its branch and body show that it was there');
    assert.equal(held.branch, other.branch);
    const refused = await window.engine.perform(other.key, { event: 'Unblock' });
    assert.match(refused.kind === 'refused' ? refused.message : '', /Records of #2 were damaged on disk.*Acknowledge/);
    await window.engine.acknowledgeLosses();
    await window.engine.settle();
    assert.deepEqual(notices().filter((id) => id === 'acknowledgeLoss'), []); // prettier-ignore
    await window.must(other, 'Unblock');
    await window.engine.settle();
    assert.ok(
      !existsSync(mark),
      'no agent ran, neither on the story that has landed nor on one taken from what was left',
    );
  });

  it('[P1] an agent starts on no held story, and does once the loss is acknowledged', async () => {
    const ran = `require('fs').writeFileSync(${JSON.stringify(mark)}, '')`;
    window.settings = { ...window.settings, agents: [{ name: 'coder', command: [process.execPath, '-e', ran] }] };
    const [last, end] = bounds().slice(-2);
    const bytes = readFileSync(log());
    const lost = Buffer.from(bytes.subarray(last, end)).fill(0xee, PREFIX_LENGTH + 4, PREFIX_LENGTH + 12);
    writeFileSync(log(), Buffer.concat([bytes, lost]));
    await reopen();
    await assertLandedOnce();
    assert.equal(window.now(other).stage.name, 'Coding');
    assert.match(window.card(other)?.why ?? '', /Records of #2 were damaged on disk/);
    assert.ok(!existsSync(mark), 'nobody knows what the last record said, so nothing starts');
    await window.engine.acknowledgeLosses();
    await waitFor('the agent', () => existsSync(mark), { seen: () => window.session.model()?.notices });
  });

  it('[P1] a log that is gone gives no empty board: every story is there, and it is told', async () => {
    window.settings = { ...window.settings, agents: [] };
    rmSync(log());
    await reopen();
    await assertLandedOnce();
    assert.equal(window.now(other).stage.name, 'Coding');
    assert.ok(notices().includes('acknowledgeLoss'));
    assert.match(window.card(other)?.why ?? '', /Records of #2 were damaged on disk/);
  });

  it('[P1] with the whole store gone but its contents, what git holds is Done and the rest is blocked', async () => {
    window.settings = { ...window.settings, agents: [] };
    for (const name of ['stories.log', 'jobs.log', 'shadow.sqlite']) rmSync(path.join(store, name));
    await reopen();
    await assertLandedOnce();
    assert.deepEqual([window.now(other).stage.name, window.now(other).branch], ['Blocked', other.branch]);
  });
});

describe('a window that closes before a landing could be written down', () => {
  it('[MQ3, P1] leaves the job to the next one: the story is Done then, and nothing counts as lost', async () => {
    expectError(/MergeSucceeded could not be written/);
    const repository = await TemporaryRepository.create({ branch: 'main' });
    await repository.commit({ 'a.txt': 'one\n' }, 'Begin');
    const log = path.join(repository.path, '.git', 'switchyard', 'stories.log');
    const spoil =
      `const spoil = () => require('fs').appendFileSync(${JSON.stringify(log)}, 'x');` +
      `require('child_process').exec('git rev-parse --verify HEAD^2', (no) => { if (!no) spoil(); console.log('# tests 1'); });`;
    const window = new TestWindow(repository, {
      settings: { gates: [{ name: 'test', command: [process.execPath, '-e', spoil] }] },
    });
    await window.open();
    const story = await window.codedStory('Two', { 'a.txt': 'two\n' });
    await repository.commit({ 'b.txt': 'one\n' }, 'Another landed meanwhile');
    await window.must(story, 'GatesStarted');
    await waitFor('a landing that cannot be written down', () => window.errors.some((error) => /MergeSucceeded could not be written/.test(error)), { seen: () => window.errors }); // prettier-ignore
    await window.close();
    await window.open();
    const { mergeCommit } = await window.waitForStage(story, 'Done');
    assert.equal(await repository.git('rev-parse', 'main'), mergeCommit);
    await window.engine.settle();
    const notices = window.session.model()?.notices ?? null;
    assert.deepEqual(notices?.filter((notice) => notice.action?.id === 'acknowledgeLoss'), []); // prettier-ignore
    await window.close();
    await repository.dispose();
  });
});
