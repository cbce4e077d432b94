import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Disposable } from '../../../../src/base/disposable';
import type { StoryRecord } from '../../../../src/core/story/story';
import { factsText } from '../../../../src/core/board/factsText';
import { quickClock } from '../../../support/quickClock';
import { TemporaryRepository } from '../../../support/temporaryRepository';
import { waitFor } from '../../../support/waitFor';
import { TestWindow } from '../harness';

const LINES = '1\n2\n3\n4\n5\n6\n7\n8\n';

describe('conflicts that will come', () => {
  let repository: TemporaryRepository;
  let window: TestWindow;

  beforeEach(async () => {
    repository = await TemporaryRepository.create({ branch: 'main' });
    await repository.commit({ 'lib/query.ts': LINES, 'other.ts': LINES }, 'Begin');
    window = new TestWindow(repository, { clock: quickClock });
    await window.open();
  });
  afterEach(async () => {
    await window.close();
    await repository.dispose();
  });

  const started = async (title: string): Promise<StoryRecord> => window.must(await window.newStory(title), 'Start');
  /** As an editor does: nothing is staged or committed. */
  async function write(story: StoryRecord, name: string, text: string): Promise<void> {
    const folder = await window.engine.worktreeOf(story.key);
    assert.ok(folder !== null);
    await writeFile(path.join(folder, name), text);
  }
  const told = (story: StoryRecord): string => factsText(window.card(story)?.facts ?? [], 0);

  it('[MQ13, U13] both stories say with what and where, while both are still being written and nothing is committed', async () => {
    const [one, two] = [await started('One'), await started('Two')];
    await write(one, 'lib/query.ts', LINES.replace('4', 'one'));
    await write(two, 'lib/query.ts', LINES.replace('4', 'two'));
    await window.waitForCard(one, 'the first says it', ({ conflicts }) => conflicts.length > 0);
    assert.deepEqual(window.card(one)?.conflicts, [{ number: two.number, files: ['lib/query.ts'] }]);
    assert.deepEqual(window.card(two)?.conflicts, [{ number: one.number, files: ['lib/query.ts'] }]);
    const changed = await window.session.changedFiles();
    assert.deepEqual(new Map(changed.map(({ key, paths }) => [key, paths])), new Map([one, two].map(({ key }) => [key, ['lib/query.ts']]))); // prettier-ignore
    assert.match(told(one), /^Will conflict with #2 in query\.ts/);
    assert.match(told(two), /^Will conflict with #1 in query\.ts/);
    assert.equal(window.now(one).stage.name, 'Coding');
    await write(two, 'lib/query.ts', LINES.replace('8', 'two'));
    await window.waitForCard(one, 'it is over', ({ conflicts }) => conflicts.length === 0);
    assert.deepEqual(window.card(two)?.conflicts, []);
  });

  it('[U13] who shows which files stories change is told once that is another, though nothing conflicts', async () => {
    const one = await started('One');
    const { seen, listening } = filesTold(window);
    await write(one, 'alone.ts', 'export {};\n');
    await waitFor('the first file', () => seen.includes('alone.ts'), { seen: () => seen });
    await window.engine.settle();
    // Nothing else is told of from here on.
    await write(one, 'second.ts', 'export {};\n');
    await waitFor('the second file', () => seen.includes('second.ts'), { seen: () => seen });
    listening.dispose();
  });

  it('[U13, P5] a window that follows is told as well, though the board that it shows stays the same', async () => {
    const one = await started('One');
    const follower = new TestWindow(repository, { clock: quickClock });
    await follower.open();
    try {
      await waitFor('the board', () => follower.session.model() !== null);
      const { seen, listening } = filesTold(follower);
      await write(one, 'alone.ts', 'export {};\n');
      await waitFor('the first file', () => seen.includes('alone.ts'), { seen: () => seen });
      await follower.session.settle();
      await write(one, 'second.ts', 'export {};\n');
      await waitFor('the second file', () => seen.includes('second.ts'), { seen: () => seen });
      listening.dispose();
    } finally {
      await follower.close();
    }
  });

  it('[U13] once no story is on its way any more, none changes a file', async () => {
    const one = await started('One');
    await write(one, 'alone.ts', 'export {};\n');
    const paths = async () => (await window.session.changedFiles()).flatMap((one) => one.paths);
    await waitFor('the file', async () => (await paths()).includes('alone.ts'), { seen: paths });
    const told: number[] = [];
    const listening = window.session.onDidChange(() => void paths().then(({ length }) => told.push(length)));
    await window.must(one, 'Freeze');
    await waitFor('to be told that there is none', () => told.at(-1) === 0, { seen: () => told });
    listening.dispose();
  });

  it('[MQ13] a target that moves into a story’s way is named, and what landed is no conflict any more', async () => {
    const one = await started('One');
    await write(one, 'other.ts', LINES.replace('1', 'one'));
    await repository.commit({ 'other.ts': LINES.replace('1', 'main') }, 'Outside');
    await window.waitForCard(one, 'the target is named', ({ conflicts }) => conflicts.length > 0);
    assert.deepEqual(window.card(one)?.conflicts, [{ number: null, files: ['other.ts'] }]);
    assert.match(told(one), /^Will conflict with main in other\.ts/);
    const two = await window.codedStory('Two', { 'lib/query.ts': LINES.replace('4', 'two') });
    await write(one, 'lib/query.ts', LINES.replace('4', 'one'));
    await window.waitForCard(two, 'the other story is named', ({ conflicts }) => conflicts.length > 0);
    await window.must(two, 'GatesStarted');
    await window.waitForStage(two, 'Done');
    await window.waitForCard(
      one,
      'both are the target’s now',
      ({ conflicts }) => conflicts.length === 1 && conflicts[0]?.number === null && conflicts[0].files.length === 2,
    );
  });

  it('[MQ13] a person who asks gets all conflicts as they stand, and the order that lets the most stories land', async () => {
    const one = await window.codedStory('One', { 'lib/query.ts': 'one\n', 'other.ts': 'one\n' });
    const two = await window.codedStory('Two', { 'lib/query.ts': 'two\n' });
    const three = await window.codedStory('Three', { 'other.ts': 'three\n' });
    await window.engine.settle();
    const report = await window.session.conflicts();
    assert.deepEqual(report, {
      target: 'main',
      conflicts: [
        { one: one.number, other: two.number, files: ['lib/query.ts'] },
        { one: one.number, other: three.number, files: ['other.ts'] },
      ],
      order: [two.number, three.number, one.number],
      lands: [two.number, three.number],
      landsAsGiven: [one.number],
      proof: 'best',
      inForce: 'arrival',
      leftOut: 0,
    });
  });

  it('[MQ13] a window that closes leaves nothing of it behind, and one that is not to look does not', async () => {
    const [one, two] = [await started('One'), await started('Two')];
    await write(one, 'lib/query.ts', 'one\n');
    await write(two, 'lib/query.ts', 'two\n');
    await window.waitForCard(one, 'the first says it', ({ conflicts }) => conflicts.length > 0);
    window.settings = { ...window.settings, radar: 'off' };
    await window.engine.settle();
    await waitFor('nothing is told', () => window.card(one)?.conflicts.length === 0 && window.card(two)?.conflicts.length === 0); // prettier-ignore
    await window.close();
    const scratch = await repository.git('rev-parse', '--git-common-dir');
    assert.deepEqual(await readdir(path.join(repository.path, scratch, 'switchyard', 'scratch')), []);
  });
});

/** Paths that stories change, as they were asked for each time that the window told of a change. */
function filesTold({ session }: TestWindow): { readonly seen: string[]; readonly listening: Disposable } {
  const seen: string[] = [];
  const listening = session.onDidChange(() => {
    void session.changedFiles().then((changed) => seen.push(...changed.flatMap(({ paths }) => paths)));
  });
  return { seen, listening };
}
