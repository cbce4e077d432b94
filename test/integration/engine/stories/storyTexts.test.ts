import assert from 'node:assert/strict';
import { readStoryFile } from '../../../../src/core/story/storyFile';
import { english, inLanguage } from '../../../../src/core/words/said';
import { KnownDependencies } from '../../../../src/engine/stories/knownDependencies';
import { StoryBook } from '../../../../src/engine/stories/storyBook';
import type { EditOutcome, StoryText } from '../../../../src/engine/stories/storyTexts';
import { TemporaryFolder } from '../../../support/temporaryFolder';
import { translate } from '../../../support/words/german';
import { entryOf } from '../../../unit/store/storeFixtures';
import { openStoreIn, type StoreUnderTest } from '../../store/fixtures';

describe('Stories as files, over a real store', () => {
  let folder: TemporaryFolder;
  let store: StoreUnderTest;
  let book: StoryBook;

  async function open(): Promise<void> {
    store = await openStoreIn(folder.at('switchyard'));
    let made = 0;
    book = new StoryBook({
      git: { branchTips: () => Promise.resolve(new Map<string, string>()), worktrees: () => Promise.resolve([]) },
      store: store.stories,
      content: store.content,
      clock: store.clock,
      log: store.log,
      newId: () => `key${store.stories.stories().length + (made += 1)}`,
      dependencies: new KnownDependencies(store.stories),
    });
  }

  beforeEach(async () => {
    folder = new TemporaryFolder();
    await open();
  });
  afterEach(async () => {
    await store.close();
    folder.remove();
  });

  async function create(title: string, body: string): Promise<StoryText> {
    const created = await book.create({ title, type: 'story', body }, 'person');
    assert.equal(created.kind, 'created');
    return textOf(created.story.number);
  }

  async function textOf(number: number): Promise<StoryText> {
    const found = await book.edits.text(number, null);
    assert.equal(found.kind, 'found', JSON.stringify(found));
    return found.story;
  }

  async function edit({ key, text: base }: StoryText, text: string): Promise<Extract<EditOutcome, { kind: 'edited' }>> {
    const outcome = await book.edits.edit(key, { base, text }, 'person');
    assert.equal(outcome.kind, 'edited', JSON.stringify(outcome));
    return outcome;
  }

  it('[S1, S4] an edit changes body, fields and the count of criteria together, also for who opens the store anew', async () => {
    await create('First', '');
    const second = await create('Second', '- [ ] one\n');
    const text = second.text
      .replace('title: Second', 'title: Renamed')
      .replace('labels: []', 'labels: [ui]')
      .replace('depends_on: []', 'depends_on: #1')
      .replace('- [ ] one', '- [x] one\n- [ ] two');
    assert.deepEqual((await edit(second, text)).problems, []);
    for (let round = 0; round < 2; round++) {
      const story = store.stories.get(second.key);
      assert.deepEqual(
        [story?.title, story?.labels, story?.dependsOn, story?.criteria],
        ['Renamed', ['ui'], [store.stories.stories().find((one) => one.number === 1)?.key], { done: 1, total: 2 }],
      );
      assert.equal(await store.content.read(`${second.key}:body`), '- [x] one\n- [ ] two\n');
      assert.match((await textOf(2)).text, /^---\ntitle: Renamed\n.*depends_on: \[1\]\n---\n\n- \[x\] one/s);
      await store.close();
      await open();
    }
    const [last] = await store.stories.history({ cursor: Number.MAX_SAFE_INTEGER, limit: 1, order: 'back' });
    assert.deepEqual([last?.event, last?.from, last?.to], ['Edited', 'Backlog', 'Backlog']);
    assert.match(last?.evidence ?? '', /^body; title: Second → Renamed; labels: none → ui; depends on: none → #1$/);
  });

  it('[S4] of two who began with one text, both edits are there, whoever saves first', async () => {
    const opened = await create('Shared', 'one\ntwo\nthree\n');
    await edit(opened, opened.text.replace('one', 'one by A').replace('priority: 2', 'priority: 0'));
    await edit(opened, opened.text.replace('three', 'three by B').replace('Shared', 'Shared by B'));
    const { text } = await textOf(1);
    assert.match(text, /title: Shared by B\n.*priority: 0\n.*\none by A\ntwo\nthree by B\n$/s);
    // A save that is sent again, because its answer was lost, changes nothing.
    const { stamp } = await textOf(1);
    await edit(opened, opened.text.replace('three', 'three by B').replace('Shared', 'Shared by B'));
    assert.deepEqual([(await textOf(1)).text, (await textOf(1)).stamp], [text, stamp]);
  });

  it('[S4] bad front matter names its line, changes no field, and the body is saved', async () => {
    const opened = await create('Stays', 'body\n');
    const { problems } = await edit(
      opened,
      opened.text.replace('Stays', 'Goes').replace('priority: 2', 'priority: soon').replace('body', 'new body'),
    );
    assert.deepEqual(
      problems.map(({ line, severity }) => [line, severity]),
      [[4, 'error']],
    );
    assert.deepEqual(readStoryFile((await textOf(1)).text).fields.title, 'Stays');
    assert.equal(readStoryFile((await textOf(1)).text).body, 'new body\n');
  });

  it('[S4, S10] a dependency on no story, or one in a circle, is a problem of its line, and the rest of the fields stays', async () => {
    const first = await create('First', '');
    const second = await create('Second', '');
    await edit(second, second.text.replace('depends_on: []', 'depends_on: [1]'));
    for (const [needs, says] of [
      ['[99]', /There is no story #99/],
      ['[2]', /circle|cycle/],
      ['[1]', /itself/],
    ] as const) {
      const { problems } = await edit(first, first.text.replace('[]\n---', `${needs}\n---`).replace('First', 'Other'));
      assert.deepEqual([problems[0]?.line, problems[0]?.severity], [6, 'error']);
      assert.match(problems[0]?.message ?? '', says);
      assert.equal(store.stories.get(first.key)?.title, 'First');
    }
  });

  it('[S6, U10] a deleted story is refused in words and in the log, and its file can still be read', async () => {
    const opened = await create('Gone', 'its body\n');
    await store.stories.bury(opened.key, entryOf(opened.key, { event: 'Deleted' }));
    const outcome = await book.edits.edit(opened.key, { base: opened.text, text: `${opened.text}more` }, 'person');
    assert.ok(outcome.kind === 'refused' && /#1 was deleted.*Restore it/.test(outcome.message));
    assert.equal(store.log.of('warn', '#1 was deleted').length, 1);
    const read = await textOf(1);
    assert.match(inLanguage([read.readOnly!], english), /^#1 was deleted\. Restore… brings it back;/);
    assert.match(inLanguage([read.readOnly!], translate), /^#1 wurde gelöscht\. „Wiederherstellen …“ holt sie zurück;/);
    assert.equal(read.text, opened.text);
    await store.stories.purge(opened.key, entryOf(opened.key, { event: 'Purged' }));
    const gone = await book.edits.text(1, null);
    assert.ok(gone.kind === 'missing' && gone.message === '#1 was deleted for good.');
    assert.equal(inLanguage(gone.said!, translate), '#1 wurde endgültig gelöscht.');
    assert.equal((await book.edits.text(7, null)).kind, 'missing');
  });

  it('[S4, U10] an archived story can be read, and refuses edits until it is reopened', async () => {
    const opened = await create('Archived', 'body\n');
    await book.apply(opened.key, { name: 'Abandon' }, 'person');
    const why = (await textOf(1)).readOnly!;
    assert.equal(inLanguage([why], english), '#1 is archived. Reopen it to change it.');
    assert.equal(inLanguage([why], translate), '#1 ist archiviert. Öffnen Sie sie wieder, um sie zu ändern.');
    const outcome = await book.edits.edit(opened.key, { base: opened.text, text: `${opened.text}more` }, 'person');
    assert.ok(outcome.kind === 'refused' && /archived/.test(outcome.message));
    await book.apply(opened.key, { name: 'Reopen', to: 'Backlog' }, 'person');
    await edit(opened, `${opened.text}more`);
    assert.equal((await textOf(1)).readOnly, null);
  });

  it('[S4] who has the newest text is told that nothing changed, and each change has a stamp of its own', async () => {
    const opened = await create('Stamps', 'a');
    assert.deepEqual(await book.edits.text(1, opened.stamp), { kind: 'same' });
    const stamps = [opened.stamp];
    for (const body of ['b', 'a', 'b']) {
      const now = await textOf(1);
      await edit(now, now.text.replace(/.$/, body));
      stamps.push((await textOf(1)).stamp);
    }
    assert.deepEqual(
      stamps,
      [...new Set(stamps)].sort((a, b) => a - b),
      'time stood still meanwhile',
    );
  });

  it('[S4, G3] a story that is renamed keeps its branch', async () => {
    const opened = await create('Old name', '');
    await book.nameBranch(opened.key, 'refs/heads/story/1-old-name', 'person');
    const now = await textOf(1);
    await edit(now, now.text.replace('Old name', 'New name'));
    const story = store.stories.get(opened.key);
    assert.deepEqual([story?.title, story?.branch], ['New name', 'refs/heads/story/1-old-name']);
  });

  it('[S4] a text of more than a million characters is refused in words', async () => {
    const opened = await create('Long', '');
    const outcome = await book.edits.edit(
      opened.key,
      { base: opened.text, text: opened.text + 'x'.repeat(1_000_001) },
      'person',
    );
    assert.ok(outcome.kind === 'refused' && /too long.*1000001 characters of at most 1000000/.test(outcome.message));
  });
});
