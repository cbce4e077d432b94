import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { snapshotFiles, TemporaryRepository } from '../../../support/temporaryRepository';
import { CountingGit } from '../../../support/countingGit';
import { TestWindow } from '../harness';

/** An agent that leaves a trace wherever it runs. */
const AGENT = [{ name: 'coder', role: 'coder', command: ['sh', '-c', 'echo more > more.txt; git add -A; git commit -qm Work'] }]; // prettier-ignore

describe('where a story is worked on', () => {
  let repository: TemporaryRepository;
  let window: TestWindow;

  beforeEach(async () => {
    repository = await TemporaryRepository.create({ branch: 'main' });
    await repository.commit({ 'a.txt': '1\n2\n3\n' }, 'Begin');
    window = new TestWindow(repository);
    await window.open();
  });
  afterEach(async () => {
    await window.close();
    await repository.dispose();
  });

  const worktreeOf = async (key: string): Promise<string> => {
    const folder = await window.engine.worktreeOf(key);
    assert.ok(folder !== null);
    return folder;
  };

  it('[G4] Start names your own checkout where it has the story’s branch, and no agent runs there', async () => {
    const story = await window.codedStory('Work', { 'w.txt': 'w\n' });
    const folder = await worktreeOf(story.key);
    await window.must(story, 'Demote');
    await repository.git('worktree', 'remove', folder);
    await repository.git('switch', '--quiet', 'story/1-work');
    await repository.write('secret.env', 'TOKEN=1\n');
    window.settings = { ...window.settings, agents: AGENT };
    const before = await snapshotFiles(repository.path);
    const outcome = await window.engine.perform(story.key, { event: 'Start' });
    assert.equal(outcome.kind, 'refused');
    assert.match(outcome.message, /your own checkout/);
    assert.ok(outcome.message.includes(repository.path), outcome.message);
    assert.match(outcome.message, /Switch that folder to another branch/);
    assert.equal(window.now(story).stage.name, 'Backlog');
    assert.deepEqual(await snapshotFiles(repository.path), before);
    await repository.git('switch', '--quiet', 'main');
    await window.must(story, 'Start');
    await window.waitForStage(story, 'Done');
    assert.equal(await repository.git('show', 'main:more.txt'), 'more');
    assert.equal(await repository.read('secret.env'), 'TOKEN=1\n');
  });

  it('[G4] where your checkout took the branch while the story is in Coding, the agent stays away and the card says why', async () => {
    const story = await window.codedStory('Work', { 'w.txt': 'w\n' });
    await repository.git('worktree', 'remove', await worktreeOf(story.key));
    await repository.git('switch', '--quiet', 'story/1-work');
    const before = await snapshotFiles(repository.path);
    window.settings = { ...window.settings, agents: AGENT };
    window.engine.poke();
    const blocked = await window.waitForStage(story, 'Blocked');
    assert.ok(blocked.reason.includes(repository.path), blocked.reason);
    assert.deepEqual(await snapshotFiles(repository.path), before);
    assert.equal(await window.engine.worktreeOf(story.key), null);
  });

  it('[ST3] Ready for QA in the middle of a rebase, a merge or a cherry-pick is refused and says what to finish', async () => {
    const story = await window.codedStory('Work', { 'a.txt': '1\nmine\n3\n' });
    await repository.commit({ 'a.txt': '1\nother\n3\n' }, 'Other');
    const folder = await worktreeOf(story.key);
    for (const [what, begin, abort] of [
      [/A rebase is under way/, ['rebase', 'main'], ['rebase', '--abort']],
      [/A merge is under way/, ['merge', 'main'], ['merge', '--abort']],
      [/A cherry-pick is under way/, ['cherry-pick', 'main'], ['cherry-pick', '--abort']],
    ] as const) {
      await assert.rejects(repository.gitIn(folder, ...begin));
      writeFileSync(path.join(folder, 'a.txt'), '1\nboth\n3\n');
      await repository.gitIn(folder, 'add', '-A');
      const outcome = await window.engine.perform(story.key, { event: 'GatesStarted' });
      assert.ok(outcome.kind === 'refused');
      assert.match(outcome.message, what);
      assert.equal(window.now(story).stage.name, 'Coding');
      await repository.gitIn(folder, ...abort);
    }
    await window.must(story, 'GatesStarted');
  });

  it('[ST3, A12] Ready for QA is refused where commits went to another branch or a detached HEAD, and names it', async () => {
    const story = await window.codedStory('Work', { 'w.txt': 'w\n' });
    const folder = await worktreeOf(story.key);
    await repository.gitIn(folder, 'switch', '--quiet', '--create', 'feature/better-name');
    await window.commit(story, { 'x.txt': 'x\n' });
    const elsewhere = await window.engine.perform(story.key, { event: 'GatesStarted' });
    assert.ok(elsewhere.kind === 'refused');
    assert.match(elsewhere.message, /switched to feature\/better-name/);
    await repository.gitIn(folder, 'switch', '--quiet', '--detach');
    const detached = await window.engine.perform(story.key, { event: 'GatesStarted' });
    assert.ok(detached.kind === 'refused');
    assert.match(detached.message, /without a branch.*git switch story\/1-work/);
    // At the story's own tip nothing is hidden, whatever HEAD is called.
    await repository.gitIn(folder, 'switch', '--quiet', '--detach', 'story/1-work');
    await window.must(story, 'GatesStarted');
  });

  it('[ST3, G4] a folder that is gone is no obstacle while the branch is there', async () => {
    const story = await window.codedStory('Work', { 'w.txt': 'w\n' });
    await rm(await worktreeOf(story.key), { recursive: true });
    await window.must(story, 'GatesStarted');
    await window.waitForStage(story, 'Done');
    assert.equal(await repository.git('show', 'main:w.txt'), 'w');
  });

  it('[G3, S5] beside a branch `story` stories get another prefix, land, and keep their numbers', async () => {
    await repository.branch('story');
    const story = await window.codedStory('Work', { 'w.txt': 'w\n' });
    assert.equal(story.branch, 'refs/heads/switchyard/1-work');
    await window.must(story, 'GatesStarted');
    await window.waitForStage(story, 'Done');
    assert.equal(await repository.git('show', 'main:w.txt'), 'w');
    await repository.branch('switchyard/7-made-elsewhere');
    assert.equal((await window.newStory('Next')).number, 8);
    assert.deepEqual(await window.session.branches(), ['main', 'story']);
  });

  it('[G3] where no name is left, Start says which branches are in the way', async () => {
    for (const name of ['story', 'switchyard', 'switchyard-story/1-work/part']) await repository.branch(name);
    const outcome = await window.engine.perform((await window.newStory('Work')).key, { event: 'Start' });
    assert.ok(outcome.kind === 'refused');
    assert.match(outcome.message, /leave no room for story\/1-work, switchyard\/1-work, switchyard-story\/1-work/);
  });

  it('[G4, G13] a filter that lacks its key in a new worktree is named, and once it has the key the story starts and lands', async () => {
    const filter = path.join(repository.folder, 'filter');
    const looksForKey = 'test -f "$(git rev-parse --git-dir)/crypt-key" || { echo "filter: no key here" >&2; exit 1; }';
    writeFileSync(filter, `#!/bin/sh\n${looksForKey}\ncat\n`, { mode: 0o755 });
    writeFileSync(path.join(repository.path, '.git', 'crypt-key'), 'k\n');
    for (const part of ['smudge', 'clean']) await repository.git('config', `filter.crypt.${part}`, filter);
    await repository.git('config', 'filter.crypt.required', 'true');
    await repository.commit({ '.gitattributes': 'secret.txt filter=crypt\n', 'secret.txt': 's\n' }, 'Secrets');
    const story = await window.newStory('Work');
    const refused = await window.engine.perform(story.key, { event: 'Start' });
    assert.ok(refused.kind === 'refused');
    assert.match(refused.message, /secret\.txt.*crypt/);
    assert.equal(window.now(story).stage.name, 'Backlog');
    writeFileSync(path.join(repository.path, '.git', 'worktrees', '1-work', 'crypt-key'), 'k\n');
    await window.must(story, 'Start');
    const folder = await worktreeOf(story.key);
    assert.equal(await repository.gitIn(folder, 'status', '--porcelain'), '');
    await window.commit(story, { 'w.txt': 'w\n' });
    await window.must(story, 'GatesStarted');
    await window.waitForStage(story, 'Done');
  });

  it('[G4, ST3] Start changes the repository by five calls of git and looks by one at what the worktree lacks, and Ready for QA looks by at most three', async () => {
    await window.close();
    const counting = new CountingGit(repository.folder);
    window = new TestWindow(repository, { gitBinary: counting.binary, permission: 'unapproved' });
    await window.open();
    const story = await window.newStory('Work');
    const callsOf = async (verbs: readonly string[], event: 'Start' | 'GatesStarted'): Promise<string[]> => {
      await window.engine.settle();
      const before = counting.count;
      await window.must(story, event);
      // What the engine looks at meanwhile by itself is not the click's.
      return counting.calls(before).filter((call) => verbs.some((verb) => call.startsWith(verb)));
    };
    const ofStart = ['update-ref', 'worktree add', 'checkout', 'clean', 'ls-files', 'symbolic-ref -m'];
    const start = await callsOf(ofStart, 'Start');
    const looks = start.filter((call) => call.startsWith('ls-files -z'));
    assert.equal(looks.length, 1, start.join('\n'));
    assert.ok(start.length - looks.length <= 5, start.join('\n'));
    await window.commit(story, { 'w.txt': 'w\n' });
    const ready = await callsOf(['rev-list', 'status', 'rev-parse', 'worktree', 'merge-base'], 'GatesStarted');
    assert.ok(ready.length <= 3, ready.join('\n'));
  });
});
