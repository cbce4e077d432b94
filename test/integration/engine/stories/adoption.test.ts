import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { FoundWork } from '../../../../src/core/story/adoption';
import { snapshotFiles, TemporaryRepository } from '../../../support/temporaryRepository';
import { compactStore } from '../compactStore';
import { TestWindow } from '../harness';

/** An agent that leaves a trace wherever it runs. */
const AGENT = [{ name: 'coder', role: 'coder', command: ['sh', '-c', 'echo more > more.txt; git add -A; git commit -qm Work'] }]; // prettier-ignore

describe('adopting work that is there', () => {
  let repository: TemporaryRepository;
  let window: TestWindow;

  beforeEach(async () => {
    repository = await TemporaryRepository.create({ branch: 'main' });
    await repository.commit({ 'a.txt': 'a\n', 'b.txt': 'b\n' }, 'Begin');
    window = new TestWindow(repository);
    await window.open();
  });
  afterEach(async () => {
    await window.close();
    await repository.dispose();
  });

  const folderOf = (name: string): string => path.join(repository.folder, name);
  /** A worktree as another tool makes it; `branch` null for one without a branch. */
  async function foreignWorktree(name: string, branch: string | null): Promise<string> {
    const how = branch === null ? ['--detach'] : ['-b', branch];
    await repository.git('worktree', 'add', '--quiet', ...how, folderOf(name), 'main');
    return folderOf(name);
  }
  async function commitIn(folder: string, file: string, message: string): Promise<void> {
    writeFileSync(path.join(folder, file), `${file}\n`);
    await repository.gitIn(folder, 'add', '-A');
    await repository.gitIn(folder, 'commit', '--quiet', '-m', message);
  }
  async function find(is: (work: FoundWork) => boolean): Promise<FoundWork> {
    const found = await window.session.foundWork();
    const one = found.find(is);
    assert.ok(one !== undefined, `not among ${JSON.stringify(found)}`);
    return one;
  }
  async function adopted(work: FoundWork) {
    const { branch, folder, head } = work;
    const outcome = await window.session.adopt({ branch, folder, head });
    if (outcome.kind === 'refused') throw new Error(outcome.message);
    return outcome.story;
  }

  it('[S11] a worktree of another tool becomes a story in place, with what is uncommitted there, and lands', async () => {
    const folder = await foreignWorktree('elsewhere', 'fix/JIRA-7_sign-in');
    await commitIn(folder, 'one.txt', 'One');
    await commitIn(folder, 'two.txt', 'Two');
    writeFileSync(path.join(folder, 'a.txt'), 'changed\n');
    writeFileSync(path.join(folder, 'new.txt'), 'new\n');
    const before = [await snapshotFiles(folder), await repository.gitIn(folder, 'status', '--porcelain')];
    const work = await find(({ branch }) => branch === 'refs/heads/fix/JIRA-7_sign-in');
    assert.deepEqual([work.commitsAhead, work.uncommitted, work.place, work.subject], [2, 2, 'worktree', 'Two']);
    const story = await adopted(work);
    assert.deepEqual([story.title, story.type, story.branch], ['JIRA 7 sign in', 'bug', work.branch]);
    assert.deepEqual(story.stage, { name: 'Coding', feedback: null, coder: 'person' });
    assert.match(
      await window.session.bodyOf(story.key),
      /^Adopted from `fix\/JIRA-7_sign-in`, which held:\n\n> Two\n> One\n$/,
    );
    assert.deepEqual([await snapshotFiles(folder), await repository.gitIn(folder, 'status', '--porcelain')], before);
    assert.equal(await window.engine.worktreeOf(story.key), folder);
    assert.deepEqual(await window.session.foundWork(), []);
    const early = await window.engine.perform(story.key, { event: 'GatesStarted' });
    assert.match(
      early.kind === 'refused' ? early.message : '',
      /uncommitted files in its worktree: a\.txt and new\.txt/,
    );
    await commitIn(folder, 'three.txt', 'Three');
    await window.must(story, 'GatesStarted');
    await window.waitForStage(story, 'Done');
    assert.equal(await repository.git('show', 'main:a.txt'), 'changed');
  });

  it('[S11] a branch without a worktree, a worktree without a branch and a fresh one can be adopted, each once', async () => {
    const detached = await foreignWorktree('detached', null);
    await commitIn(detached, 'd.txt', 'Detached work');
    await foreignWorktree('fresh', 'agent/fresh');
    await repository.git('branch', 'merged', 'main');
    await repository.git('branch', 'idea', (await repository.gitIn(detached, 'rev-parse', 'HEAD')).trim());
    const found = await window.session.foundWork();
    const names = found.map(({ branch, place }) => `${branch ?? 'none'} ${place}`).sort();
    assert.deepEqual(names, ['none worktree', 'refs/heads/agent/fresh worktree', 'refs/heads/idea branch']);
    const before = await snapshotFiles(detached);
    const stories = [];
    for (const work of found) stories.push(await adopted(work));
    assert.deepEqual(await window.session.foundWork(), []);
    const ofDetached = stories.find(({ branch }) => branch?.startsWith('refs/heads/story/') === true);
    assert.ok(ofDetached !== undefined);
    assert.equal(ofDetached.branch, `refs/heads/story/${ofDetached.number}-detached-work`);
    assert.equal(await repository.gitIn(detached, 'symbolic-ref', 'HEAD'), ofDetached.branch);
    assert.equal(await repository.gitIn(detached, 'status', '--porcelain'), '');
    assert.deepEqual(await snapshotFiles(detached), before);
    assert.equal(await window.engine.worktreeOf(ofDetached.key), detached);
    assert.equal(new Set(stories.map(({ number }) => number)).size, 3);
    for (const { branch, folder, head } of found) {
      const again = await window.session.adopt({ branch, folder, head });
      assert.match(again.kind === 'refused' ? again.message : '', /no work without a story any more/);
    }
    assert.equal(window.engine.stories().length, 3);
  });

  it('[S11] of two windows that adopt one branch at once, one gets the story', async () => {
    const folder = await foreignWorktree('away', 'idea');
    await commitIn(folder, 'i.txt', 'Idea');
    await repository.git('worktree', 'remove', folder);
    const { branch, head } = await find((work) => work.branch === 'refs/heads/idea');
    const choice = { branch, folder: null, head };
    const outcomes = await Promise.all([window.session.adopt(choice), window.session.adopt(choice)]);
    assert.deepEqual(outcomes.map(({ kind }) => kind).sort(), ['created', 'refused']);
    assert.equal(window.engine.stories().length, 1);
  });

  it('[S11, P2] the branch of an archived story that the compacted log no longer holds is not offered to another', async () => {
    const story = await window.codedStory('Kept', { 'k.txt': 'k\n' });
    const folder = await window.engine.worktreeOf(story.key);
    await window.must(story, 'Abandon');
    await window.close();
    await compactStore(repository);
    await window.open();
    assert.deepEqual(window.engine.stories(), []);
    assert.deepEqual(await window.session.foundWork(), []);
    const { branch } = story;
    assert.ok(branch !== null);
    const head = (await repository.git('rev-parse', branch)).trim();
    const outcome = await window.session.adopt({ branch, folder, head });
    assert.equal(outcome.kind, 'refused');
    await window.must(story, 'Reopen');
    assert.equal(window.now(story).branch, branch);
  });

  it('[S11, G4] a branch in your own checkout stays there: no agent works in it, and what is uncommitted holds QA', async () => {
    await repository.git('switch', '--quiet', '-c', 'mine');
    await repository.commit({ 'm.txt': 'm\n' }, 'Mine');
    await repository.write('a.txt', 'half\n');
    window.settings = { ...window.settings, agents: AGENT };
    const before = await snapshotFiles(repository.path);
    const work = await find(({ branch }) => branch === 'refs/heads/mine');
    assert.equal(work.place, 'ownCheckout');
    const story = await adopted(work);
    await window.session.settle();
    const early = await window.engine.perform(story.key, { event: 'GatesStarted' });
    assert.match(early.kind === 'refused' ? early.message : '', /tracked files have uncommitted changes: a\.txt/);
    assert.deepEqual(await snapshotFiles(repository.path), before);
    await repository.git('checkout', '--quiet', '--', 'a.txt');
    await window.must(story, 'GatesStarted');
    await window.waitForStage(story, 'Done');
    assert.equal(await repository.git('show', 'main:m.txt'), 'm');
    assert.equal(await repository.git('symbolic-ref', 'HEAD'), 'refs/heads/mine');
  });

  it('[S11] what moved since it was listed, or is in the middle of a merge, is refused and left as it is', async () => {
    const folder = await foreignWorktree('moving', 'agent/moving');
    await commitIn(folder, 'one.txt', 'One');
    const work = await find(({ branch }) => branch === 'refs/heads/agent/moving');
    await commitIn(folder, 'two.txt', 'Two');
    const { branch, head } = work;
    const moved = await window.session.adopt({ branch, folder, head });
    assert.match(moved.kind === 'refused' ? moved.message : '', /moved since it was listed/);
    writeFileSync(path.join(await gitDirOf(folder), 'MERGE_HEAD'), `${head}\n`);
    const now = await find(({ place }) => place === 'worktree');
    assert.match(now.busy ?? '', /A merge is under way/);
    const busy = await window.session.adopt({ branch, folder, head: now.head });
    assert.match(busy.kind === 'refused' ? busy.message : '', /A merge is under way/);
    assert.deepEqual(window.engine.stories(), []);
  });

  it('[S11, S5] a number that an old branch or folder carries is not given to what is adopted', async () => {
    await repository.git('branch', 'story/7-left-over', 'main');
    const folder = await foreignWorktree('9-old', 'agent/nine');
    const story = await adopted(await find((one) => one.folder === folder));
    assert.equal(story.number, 10);
  });

  async function gitDirOf(folder: string): Promise<string> {
    return repository.gitIn(folder, 'rev-parse', '--absolute-git-dir');
  }
});
