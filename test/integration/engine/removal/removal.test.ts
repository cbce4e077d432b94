import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { bodyId } from '../../../../src/core/story/contentIds';
import type { RemovalResult } from '../../../../src/core/rescue/removalView';
import type { StoryRecord } from '../../../../src/core/story/story';
import type { RemovalStep } from '../../../../src/core/rescue/removal';
import { TemporaryRepository } from '../../../support/temporaryRepository';
import { waitFor } from '../../../support/waitFor';
import { photograph } from '../../git/rescue/photograph';
import { inEnglish } from '../../../../src/core/words/said';
import { TestWindow } from '../harness';

describe('deleting stories and bringing them back', () => {
  let repository: TemporaryRepository;
  let window: TestWindow;
  const windows: TestWindow[] = [];

  const open = async (options: ConstructorParameters<typeof TestWindow>[1] = {}): Promise<TestWindow> => {
    const opened = new TestWindow(repository, options);
    windows.push(opened);
    await opened.open();
    return opened;
  };
  const worktrees = (): string[] => readdirSync(`${repository.path}.worktrees`).sort();
  const branches = async (): Promise<string[]> =>
    (await repository.git('for-each-ref', '--format=%(refname:short)', 'refs/heads')).split('\n');
  const folderOf = (name: string): string => path.join(`${repository.path}.worktrees`, name);
  const remove = async (what: 'delete' | 'purge' | 'worktree', ...stories: StoryRecord[]): Promise<RemovalResult[]> => [
    ...(await window.session.remove({ keys: stories.map(({ key }) => key), what, large: 'refuse' })),
  ];
  const kept = async (story: StoryRecord) =>
    (await window.session.kept()).find((one) => one.id === `story:${story.key}`) ?? assert.fail('it is not listed');

  /** A story with a commit, staged, changed and untracked files. */
  const busyStory = async (title: string): Promise<StoryRecord> => {
    const story = await window.codedStory(title, { 'work.txt': `${title}\n` });
    const folder = (await window.session.worktreeOf(story.key)) ?? assert.fail();
    writeFileSync(path.join(folder, 'a.txt'), 'staged\n');
    await repository.gitIn(folder, 'add', 'a.txt');
    writeFileSync(path.join(folder, 'a.txt'), 'and changed\n');
    writeFileSync(path.join(folder, 'new.txt'), 'new\n');
    return window.now(story);
  };

  beforeEach(async () => {
    repository = await TemporaryRepository.create({ branch: 'main' });
    await repository.commit({ 'a.txt': 'a\n' }, 'Begin');
    window = await open();
  });
  afterEach(async () => {
    for (const one of windows.splice(0).reverse()) await one.close();
    await repository.dispose();
  });

  it('[S8, G7] two stories are deleted with all that is theirs, and one comes back as it was, frozen', async () => {
    const [first, second] = [await busyStory('First'), await busyStory('Second')];
    const before = photograph(folderOf('1-first'));
    const previews = await window.session.previewRemoval([first.key, second.key]);
    assert.deepEqual(previews.map(({ number, branch, obstacles }) => [number, branch, obstacles]), [[1, 'story/1-first', []], [2, 'story/2-second', []]]); // prettier-ignore
    assert.deepEqual(previews[0]?.counts, { commits: 1, staged: 1, changed: 1, untracked: 1 });
    const results = await remove('delete', first, second);
    assert.deepEqual(results.map(({ number, kind }) => [number, kind]), [[1, 'done'], [2, 'done']]); // prettier-ignore
    assert.match(results[0]?.message ?? '', /#1 is deleted\. What was in it is kept; Restore… brings it back/);
    assert.deepEqual([window.engine.stories(), worktrees(), await branches()], [[], [], ['main']]);

    const one = await kept(first);
    assert.match(
      `${one.title}: ${inEnglish([one.holds])}`,
      /First: The story in Coding, with 1 commit, 1 staged file, 1 changed file and 1 untracked file/,
    );
    assert.ok(one.ref !== null && one.bytes > 0);
    assert.deepEqual((await window.session.keptFiles(one.ref)).files, ['a.txt', 'new.txt']);
    const restored = await window.session.restore(one.id);
    assert.ok(
      restored.kind === 'done' &&
        /^#1 is back in Frozen, with its branch and worktree\. Unfreeze takes it back to Coding\.$/.test(
          restored.message,
        ),
      restored.message,
    );
    assert.deepEqual(photograph(folderOf('1-first')), before);
    const back = window.now(first);
    assert.deepEqual([back.number, back.title, back.branch], [1, 'First', 'refs/heads/story/1-first']);
    assert.equal(back.stage.name === 'Frozen' && back.stage.resumeTo.name, 'Coding');
    await window.must(back, 'Unfreeze');
    assert.equal((await window.newStory('Third')).number, 3, 'a number is used once');
    assert.deepEqual(worktrees(), ['1-first']);
  });

  it('[S8, S6] an agent at work is stopped first, and what it says late is refused', async () => {
    const agent = {
      name: 'slow',
      role: 'coder',
      command: [process.execPath, '-e', 'console.log("begun"); setInterval(() => 0, 1e6)'],
    };
    window.settings = { ...window.settings, agents: [agent] };
    const story = await window.newStory('Agent at work');
    await window.must(story, 'Start');
    await waitFor('the agent at work', () => window.output.some((text) => text.includes('begun')));
    const [result] = await remove('delete', story);
    assert.equal(result?.kind, 'done', result?.message);
    assert.deepEqual([window.engine.stories(), worktrees()], [[], []]);
    await window.engine.settle();
    const outcome = await window.engine.perform(story.key, { event: 'Freeze' });
    assert.equal(outcome.kind, 'refused');
    assert.match((await window.session.restore(`story:${story.key}`)).message, /#1 is back/);
  });

  it('[S8] purging removes the text too, leaves the number, and keeps the work under its rescue ref', async () => {
    const story = await busyStory('Secret');
    const content = path.join(repository.path, '.git', 'switchyard', 'content', story.key);
    assert.ok(existsSync(content));
    const [result] = await remove('purge', story);
    assert.match(result?.message ?? '', /#1 is deleted for good/);
    assert.ok(!existsSync(content));
    assert.equal((await window.session.restore(`story:${story.key}`)).kind, 'refused');
    const [work] = await window.session.kept();
    assert.ok(work?.kind === 'work' && work.number === 1 && work.ref !== null);
    const back = await window.session.restore(work.id);
    assert.match(back.message, /on the new branch rescued\/1-secret/);
    assert.equal(await repository.git('show', 'rescued/1-secret:new.txt'), 'new');
    assert.equal(await repository.git('show', 'rescued/1-secret:a.txt'), 'and changed');
    assert.equal(
      await repository.git('merge-base', 'rescued/1-secret', 'main'),
      await repository.git('rev-parse', 'main'),
    );
    assert.equal((await window.session.forget(work.ref, work.commit ?? '')).kind, 'done');
    assert.deepEqual(await window.session.kept(), []);
    const later = await window.newStory('Later');
    assert.equal(later.number, 2);
    const deleted = await window.newStory('Deleted first');
    await remove('delete', deleted);
    assert.match((await remove('purge', deleted))[0]?.message ?? '', /#3 is deleted for good/);
    assert.equal((await remove('purge', deleted))[0]?.kind, 'done', 'done again it changes nothing');
  });

  it('[G4, G5] what a person made stays: an adopted worktree and branch, a checkout, and an open folder', async () => {
    await repository.git('worktree', 'add', '-q', '-b', 'mine', path.join(repository.folder, 'mine'));
    const work = (await window.session.foundWork()).find(({ branch }) => branch === 'refs/heads/mine') ?? assert.fail();
    const adopted = await window.session.adopt({
      folder: work.folder,
      branch: work.branch,
      head: work.head,
      title: 'Mine',
      type: 'story',
    } as never);
    assert.ok(adopted.kind === 'created', JSON.stringify(adopted));
    const [preview] = await window.session.previewRemoval([adopted.story.key]);
    assert.deepEqual([preview?.folder, preview?.branch, preview?.stays.length], [null, null, 2]);
    assert.equal((await remove('worktree', adopted.story))[0]?.kind, 'refused');
    assert.equal((await remove('delete', adopted.story))[0]?.kind, 'done');
    assert.ok(existsSync(path.join(repository.folder, 'mine', 'a.txt')));
    assert.ok((await branches()).includes('mine'));

    const story = await window.codedStory('Checked out', { 'x.txt': 'x\n' });
    await repository.gitIn(folderOf(`${story.number}-checked-out`), 'checkout', '-q', '--detach');
    await repository.git('checkout', '-q', `story/${story.number}-checked-out`);
    const [result] = await remove('delete', story);
    assert.equal(result?.kind, 'done', result?.message);
    assert.equal(await repository.git('status', '--porcelain'), '');
    assert.equal(await repository.git('symbolic-ref', '--short', 'HEAD'), `story/${story.number}-checked-out`);
  });

  it('[G5, P5] a worktree that is open in any window, or in which something runs, is named and stays', async () => {
    const story = await busyStory('Open');
    const folder = folderOf('1-open');
    const before = photograph(folder);
    const link = path.join(repository.folder, 'link');
    symlinkSync(folder, link);
    mkdirSync(path.join(folder, 'ignored'));
    const other = await open({ openFolders: [path.join(link, 'ignored')] });
    await waitFor('the window that follows', () => other.session.model());
    const refusesFor = async (what: RegExp): Promise<void> => {
      const [preview] = await window.session.previewRemoval([story.key]);
      assert.match(inEnglish(preview?.obstacles ?? []), what);
      for (const how of ['delete', 'worktree', 'purge'] as const) {
        const [result] = await remove(how, story);
        assert.ok(result?.kind === 'refused' && what.test(result.message), JSON.stringify(result));
      }
      assert.deepEqual(photograph(folder), before);
    };
    await refusesFor(/is open in a window/);
    await other.close();
    const child = spawn(process.execPath, ['-e', 'console.log(1); process.stdin.resume()'], {
      cwd: folder,
      stdio: 'pipe',
    });
    const ended = new Promise((resolve) => child.once('close', resolve));
    try {
      await new Promise((resolve) => child.stdout.once('data', resolve));
      if (process.platform === 'linux') await refusesFor(new RegExp(`Something runs in .*process ${child.pid}`));
    } finally {
      child.stdin.end();
      await ended;
    }
    assert.equal((await remove('delete', story))[0]?.kind, 'done');
  });

  it('[P5, S8] a window that follows deletes, looks and restores as well', async () => {
    const story = await busyStory('Followed');
    const other = await open();
    await waitFor('the board there', () => other.session.model()?.cards.some((card) => card.key === story.key));
    assert.equal((await other.session.previewRemoval([story.key]))[0]?.counts.untracked, 1);
    assert.equal((await other.session.worktreeSize(story.key)) > 0, true);
    const [result] = await other.session.remove({ keys: [story.key], what: 'delete', large: 'refuse' });
    assert.equal(result?.kind, 'done', result?.message);
    const [one] = await other.session.kept();
    assert.deepEqual((await other.session.keptFiles(one?.ref ?? '')).files, ['a.txt', 'new.txt']);
    assert.equal((await other.session.restore(one?.id ?? '')).kind, 'done');
    assert.ok(existsSync(folderOf('1-followed')));
    assert.equal((await other.session.forget(one?.ref ?? '', one?.commit ?? '')).kind, 'done');
  });

  it('[G7] worktrees of stories that landed are listed and removed, what is uncommitted comes back in its place', async () => {
    const story = await window.codedStory('Landed', { 'b.txt': 'b\n' });
    await window.must(story, 'GatesStarted');
    await window.waitForStage(story, 'Done');
    const going = await window.codedStory('Going on', { 'c.txt': 'c\n' });
    writeFileSync(path.join(folderOf('1-landed'), 'note.txt'), 'note\n');
    const before = photograph(folderOf('1-landed'));
    const listed = await window.session.landedWorktrees();
    assert.deepEqual(listed.map(({ number, counts }) => [number, counts.untracked]), [[1, 1]]); // prettier-ignore
    assert.ok((await window.session.worktreeSize(story.key)) > 5);
    const [result] = await remove('worktree', story);
    assert.match(result?.message ?? '', /worktree of #1 is removed\. What was in no commit is kept/);
    assert.deepEqual(worktrees().filter((name) => !name.startsWith('agents-')), [`${going.number}-going-on`]); // prettier-ignore
    assert.equal(window.now(story).stage.name, 'Done');
    assert.ok((await branches()).includes('story/1-landed'));
    const [work] = await window.session.kept();
    assert.match((await window.session.restore(work?.id ?? '')).message, /^The worktree of #1 is back\.$/);
    assert.deepEqual(photograph(folderOf('1-landed')), before);
    assert.deepEqual(await window.session.landedWorktrees(), listed);
  });

  it('[S8] a story that comes back finds its names taken: it takes others and says so', async () => {
    const story = await busyStory('Taken');
    await remove('delete', story);
    await repository.branch('story/1-taken', await repository.commit({ 'z.txt': 'z\n' }, 'Later'));
    mkdirSync(folderOf('1-taken'));
    writeFileSync(path.join(folderOf('1-taken'), 'mine.txt'), 'mine\n');
    const { kind, message } = await window.session.restore(`story:${story.key}`);
    assert.ok(
      kind === 'done' && /Its branch is story\/1-taken-2 now, for story\/1-taken is taken/.test(message),
      message,
    );
    assert.equal(window.now(story).branch, 'refs/heads/story/1-taken-2');
    assert.equal(await window.session.worktreeOf(story.key), folderOf('1-taken-2'));
    assert.deepEqual(readdirSync(folderOf('1-taken')), ['mine.txt']);
  });

  it('[S8] a story that is restored twice at once, or deleted while it comes back, is there once and in its place', async () => {
    const story = await busyStory('One');
    const before = photograph(folderOf('1-one'));
    await remove('delete', story);
    const { id } = await kept(story);
    const twice = await Promise.all([window.session.restore(id), window.session.restore(id)]);
    assert.deepEqual(
      twice.map(({ kind }) => kind),
      ['done', 'refused'],
    );
    assert.equal(twice[1].message, 'This story was deleted for good, or is back already.');
    assert.deepEqual(worktrees(), ['1-one']);
    assert.deepEqual(photograph(folderOf('1-one')), before);
    const [[removed], again] = await Promise.all([remove('delete', story), window.session.restore(id)]);
    assert.deepEqual([removed?.kind, again.kind], ['done', 'done']);
    assert.deepEqual(photograph(folderOf('1-one')), before);
    assert.deepEqual(await branches(), ['main', 'story/1-one']);
  });

  it('[S8, S11] a story that comes back never shares a branch with one that was made of it meanwhile', async () => {
    const story = await busyStory('Shared');
    const tip = (await repository.git('rev-parse', story.branch ?? '')).trim();
    await remove('delete', story);
    await repository.branch('story/1-shared', tip);
    const branch = 'refs/heads/story/1-shared';
    const adopted = await window.session.adopt({ branch, folder: null, head: tip });
    assert.ok(adopted.kind === 'created');
    const { kind, message } = await window.session.restore(`story:${story.key}`);
    assert.ok(kind === 'done', message);
    assert.deepEqual([window.now(adopted.story).branch, window.now(story).branch], [branch, `${branch}-2`]);
  });

  it('[S8, G7] what an earlier deletion kept never comes back in the place of what was there at the last one', async () => {
    const story = await busyStory('Twice');
    await remove('delete', story);
    assert.equal((await window.session.restore(`story:${story.key}`)).kind, 'done');
    await repository.git('worktree', 'remove', '--force', folderOf('1-twice'));
    await repository.git('branch', '--quiet', '-D', 'story/1-twice');
    await remove('delete', story);
    assert.equal((await window.session.restore(`story:${story.key}`)).kind, 'done');
    assert.deepEqual([await branches(), worktrees()], [['main'], []]);
  });

  it('[S8] a purge that failed on the way does not purge what was brought back, and deleted again, since', async () => {
    const story = await window.newStory('Kept', 'The text');
    let isFailing = true;
    await window.close();
    window = await open({
      onRemovalStep: (step) =>
        isFailing && step === 'buried' ? Promise.reject(new Error('No space')) : Promise.resolve(),
    });
    assert.equal((await remove('purge', story))[0]?.kind, 'refused');
    isFailing = false;
    assert.equal((await window.session.restore(`story:${story.key}`)).kind, 'done');
    assert.equal((await remove('delete', story))[0]?.kind, 'done');
    await window.close();
    window = await open();
    assert.equal((await window.session.restore(`story:${story.key}`)).kind, 'done');
    assert.equal(await window.session.bodyOf(story.key), 'The text');
  });

  describe('a restoration after a deletion that failed on the way', () => {
    let failing: RemovalStep | null = null;
    let onBegun = (): void => undefined;
    const folder = (): string => folderOf('1-half-removed');
    const reopen = async (): Promise<void> => {
      [failing, onBegun] = [null, () => undefined];
      await window.close();
      window = await open({
        onRemovalStep: (step) => {
          if (step === 'begun') onBegun();
          return step === failing ? Promise.reject(new Error('No space')) : Promise.resolve();
        },
      });
    };
    /** Its worktree is gone, and its branch still there. */
    const halfRemoved = async (what: 'delete' | 'purge'): Promise<StoryRecord> => {
      const story = await busyStory('Half removed');
      await reopen();
      failing = 'worktreeRemoved';
      assert.equal((await remove(what, story))[0]?.kind, 'refused');
      failing = null;
      assert.deepEqual([worktrees(), await branches()], [[], ['main', 'story/1-half-removed']]);
      return story;
    };
    const restore = async (story: StoryRecord): Promise<string> =>
      (await window.session.restore(`story:${story.key}`)).kind;

    for (const what of ['delete', 'purge'] as const)
      it(`[S8] that fails too leaves nothing half removed after the next start, and the text where it was to ${what}`, async () => {
        const story = await halfRemoved(what);
        onBegun = () => {
          mkdirSync(folder());
          writeFileSync(path.join(folder(), 'mine.txt'), 'in the way\n');
        };
        assert.equal(await restore(story), 'refused');
        rmSync(folder(), { recursive: true });
        await reopen();
        assert.deepEqual([window.engine.stories(), worktrees(), await branches()], [[], [], ['main']]);
        assert.equal(await restore(story), 'done');
        assert.deepEqual(worktrees(), ['1-half-removed']);
        assert.equal(await window.session.bodyOf(story.key), '');
      });

    for (const step of ['begun', 'unburied'] as const)
      it(`[S8, G7] that was cut off when it was ${step} is what the next start carries on`, async () => {
        const story = await halfRemoved('delete');
        failing = step;
        assert.equal(await restore(story), 'refused');
        await reopen();
        assert.deepEqual([worktrees(), await branches()], [['1-half-removed'], ['main', 'story/1-half-removed']]);
        assert.equal(window.now(story).branch, 'refs/heads/story/1-half-removed');
      });
  });

  describe('killed at each step', () => {
    /** Lets everything stand where it is at this step, as a kill does; the window that opens next has to go on from there. */
    const killedAt = async (step: RemovalStep, doing: (killed: TestWindow) => Promise<unknown>): Promise<void> => {
      let reached = (): void => undefined;
      const stands = new Promise<void>((resolve) => (reached = resolve));
      await window.close();
      const killed = await open({
        onRemovalStep: async (at) => {
          if (at !== step) return;
          reached();
          await new Promise(() => undefined);
        },
      });
      await waitFor('the first look', () => killed.session.model());
      void doing(killed).catch(() => undefined);
      await stands;
      await killed.close();
      window = await open();
    };
    const text = async (story: StoryRecord): Promise<string> => window.session.bodyOf(story.key);

    for (const step of ['begun', 'saved', 'buried', 'worktreeRemoved', 'branchRemoved'] as const)
      it(`[S8, G7] of a deletion that was cut off when it was ${step} nothing is lost, and it is undone or finished`, async () => {
        const story = await busyStory('Cut off');
        const before = photograph(folderOf('1-cut-off'));
        await killedAt(step, (killed) => killed.session.remove({ keys: [story.key], what: 'delete', large: 'refuse' }));
        if (step === 'begun' || step === 'saved') assert.deepEqual(window.now(story), story);
        else {
          assert.deepEqual([window.engine.stories(), worktrees(), await branches()], [[], [], ['main']]);
          assert.equal((await window.session.restore(`story:${story.key}`)).kind, 'done');
        }
        assert.deepEqual(photograph(folderOf('1-cut-off')), before);
        assert.equal(
          (await window.session.remove({ keys: [story.key], what: 'delete', large: 'refuse' }))[0]?.kind,
          'done',
        );
      });

    for (const step of ['begun', 'saved', 'buried', 'purged'] as const)
      it(`[S8] a purge that was cut off when it was ${step} leaves the whole story or nothing of its text`, async () => {
        const story = await window.newStory('Cut off', 'The text');
        await window.must(story, 'Start');
        await killedAt(step, (killed) => killed.session.remove({ keys: [story.key], what: 'purge', large: 'refuse' }));
        const content = path.join(repository.path, '.git', 'switchyard', 'content', story.key);
        if (step === 'begun' || step === 'saved') assert.equal(await text(story), 'The text');
        else {
          assert.ok(!existsSync(content), bodyId(story.key));
          assert.deepEqual([window.engine.stories(), worktrees()], [[], []]);
        }
        assert.equal((await window.newStory('Next')).number, 2);
      });

    for (const step of ['begun', 'putBack', 'unburied'] as const)
      it(`[S8, G7] a restoration that was cut off when it was ${step} is finished by the next start`, async () => {
        const story = await busyStory('Cut off');
        const before = photograph(folderOf('1-cut-off'));
        await remove('delete', story);
        await killedAt(step, (killed) => killed.session.restore(`story:${story.key}`));
        assert.equal(window.now(story).branch, 'refs/heads/story/1-cut-off');
        assert.deepEqual(photograph(folderOf('1-cut-off')), before);
        assert.deepEqual(worktrees(), ['1-cut-off']);
      });
  });
});
