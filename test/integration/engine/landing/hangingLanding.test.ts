import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { StoryRecord } from '../../../../src/core/story/story';
import { quickClock } from '../../../support/quickClock';
import { TemporaryRepository } from '../../../support/temporaryRepository';
import { waitFor } from '../../../support/waitFor';
import { TestWindow } from '../harness';

/** What a person does to a story whose landing does not go on. */
const WORDS = ['Freeze', 'Demote', 'delete'] as const;
type Word = (typeof WORDS)[number];

describe('a landing that hangs', () => {
  let repository: TemporaryRepository;
  let window: TestWindow;

  beforeEach(async () => {
    repository = await TemporaryRepository.create();
    await repository.commit({ 'a.txt': 'one\n' }, 'Begin');
    // What hangs does not heed the request to end, and is killed after a grace.
    window = new TestWindow(repository, { clock: quickClock });
    await window.open();
  });
  afterEach(async () => {
    await window.close();
    await repository.dispose();
  });

  /** A program that writes its process id down and never ends by itself, nor at a kind word. */
  async function hanging(): Promise<{ program: string; pid: () => number | null }> {
    const [program, begun] = [path.join(repository.folder, 'hangs'), path.join(repository.folder, 'begun')];
    await writeFile(program, `#!/bin/sh\ntrap '' TERM\necho $$ > '${begun}.tmp'\nmv '${begun}.tmp' '${begun}'\nwhile :; do sleep 0.05; done\n`); // prettier-ignore
    await chmod(program, 0o755);
    return { program, pid: () => (existsSync(begun) ? Number(readFileSync(begun, 'utf8')) : null) };
  }

  async function say(story: StoryRecord, word: Word): Promise<void> {
    if (word !== 'delete') {
      await window.must(story, word);
      return;
    }
    const [removed] = await window.engine.remove({ keys: [story.key], what: 'delete', large: 'refuse' });
    assert.equal(removed?.kind, 'done', removed?.message);
  }

  const ended = (pid: number) =>
    waitFor('the program to have ended', () => {
      try {
        process.kill(pid, 0);
        return false;
      } catch {
        return true;
      }
    });

  /** Nothing is left of it, and the next one lands. */
  async function nothingIsLeft(pid: number | null): Promise<void> {
    assert.ok(pid !== null);
    await waitFor('nothing to be at work', () => window.engine.atWork().length === 0);
    await ended(pid);
    assert.equal(await repository.git('for-each-ref', 'refs/switchyard/candidates'), '');
    const scratch = path.join(repository.path, '.git', 'switchyard', 'scratch');
    assert.deepEqual(existsSync(scratch) ? readdirSync(scratch).filter((one) => one.startsWith('merge-')) : [], []);
  }

  async function another(): Promise<void> {
    const other = await window.codedStory('Other', { 'other.txt': 'x\n' });
    await window.must(other, 'GatesStarted');
    await window.waitForStage(other, 'Done');
    assert.deepEqual(window.errors, []);
  }

  for (const word of WORDS)
    it(`[G13, MQ3] while a program signs and does not answer, ${word} ends it and answers`, async () => {
      const { program, pid } = await hanging();
      const story = await window.codedStory('Hangs', { 'b.txt': 'x\n' });
      await repository.git('config', 'gpg.program', program);
      await repository.git('config', 'commit.gpgsign', 'true');
      await window.must(story, 'QaSkipped');
      await waitFor('it to sign', () => pid() !== null);
      await say(story, word);
      await nothingIsLeft(pid());
      await repository.git('config', 'commit.gpgsign', 'false');
      await another();
    });

  it('[G13, MQ3] while a filter hangs that fills its gate tree, Freeze ends it and answers', async () => {
    const { program, pid } = await hanging();
    const story = await window.codedStory('Hangs', { 'b.bin': 'x\n', '.gitattributes': '*.bin filter=slow\n' });
    await repository.git('config', 'filter.slow.smudge', program);
    await window.must(story, 'QaSkipped');
    await waitFor('it to be filled', () => pid() !== null);
    await say(story, 'Freeze');
    await nothingIsLeft(pid());
    await repository.git('config', '--unset', 'filter.slow.smudge');
    await another();
    await window.must(story, 'Unfreeze');
    await window.waitForStage(story, 'Done');
    assert.deepEqual(window.errors, []);
  });

  it('[G13, ST4] while a filter hangs that fills the gate tree of a story in QA, Freeze ends it and answers', async () => {
    const { program, pid } = await hanging();
    const story = await window.codedStory('Hangs', { 'b.bin': 'x\n', '.gitattributes': '*.bin filter=slow\n' });
    await repository.git('config', 'filter.slow.smudge', program);
    await window.must(story, 'GatesStarted');
    await waitFor('it to be filled', () => pid() !== null);
    await say(story, 'Freeze');
    await nothingIsLeft(pid());
    await repository.git('config', '--unset', 'filter.slow.smudge');
    await another();
  });

  for (const word of ['Freeze', 'delete'] as const)
    it(`[G13, G5, MQ9] while a filter hangs that lets your checkout follow, ${word} ends it, and your files are as they were`, async () => {
      const { program, pid } = await hanging();
      const files = {
        '.gitattributes': '*.bin filter=slow\n',
        'c.txt': 'c\n',
        'd/e.txt': 'e\n',
        'mine.txt': 'm\n',
        'n.bin': 'n\n',
      };
      await repository.commit(files, 'More');
      await repository.git('config', 'filter.slow.clean', 'cat');
      const changed = {
        'a.txt': 'two\n',
        'c.txt': null,
        'd/e.txt': null,
        'd.txt': 'new\n',
        'k/b.bin': 'x\n',
        'k/b.txt': 'x\n',
        'n.bin': 'two\n',
      };
      const story = await window.codedStory('Hangs', changed);
      await repository.write('mine.txt', 'changed by me\n');
      // A file of one's own that is as the landing makes it.
      if (word === 'Freeze') await repository.write('k/b.txt', 'x\n');
      const inCheckout = path.join(repository.folder, 'smudge');
      await writeFile(inCheckout, `#!/bin/sh\ncase "$PWD" in *.worktrees/*) exec cat ;; esac\nexec '${program}'\n`);
      await chmod(inCheckout, 0o755);
      await repository.git('config', 'filter.slow.smudge', inCheckout);
      const before = await repository.git('rev-parse', 'main');
      await window.must(story, 'QaSkipped');
      await waitFor('the checkout to follow', () => pid() !== null);
      assert.equal(await repository.read('a.txt'), 'two\n', 'git was in the middle');
      await say(story, word);
      await nothingIsLeft(pid());
      assert.equal(await repository.git('rev-parse', 'main'), before);
      const own = word === 'Freeze' ? '\n?? k/b.txt' : '';
      assert.equal(await repository.git('status', '--porcelain', '--untracked-files=all'), `M mine.txt${own}`);
      assert.equal(existsSync(path.join(repository.path, 'k', 'b.txt')), word === 'Freeze');
      assert.equal(await repository.read('a.txt'), 'one\n');
      assert.equal(await repository.read('mine.txt'), 'changed by me\n');
      await repository.git('config', 'filter.slow.smudge', 'cat');
      await another();
      assert.equal(await repository.read('other.txt'), 'x\n');
    });

  it('[MQ3, MQ10] while a gate hangs, Freeze ends it and answers', async () => {
    const { program, pid } = await hanging();
    const story = await window.codedStory('Hangs', { 'b.txt': 'x\n' });
    const { gates } = window.settings;
    window.settings = { ...window.settings, gates: [{ name: 'hangs', command: [program] }] };
    await window.must(story, 'QaSkipped');
    await waitFor('its gate to run', () => pid() !== null);
    await say(story, 'Freeze');
    await nothingIsLeft(pid());
    window.settings = { ...window.settings, gates };
    await another();
  });
});
