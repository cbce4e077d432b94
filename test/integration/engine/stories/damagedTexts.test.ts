import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { StoryRecord } from '../../../../src/core/story/story';
import { TemporaryRepository } from '../../../support/temporaryRepository';
import { waitFor } from '../../../support/waitFor';
import { diskError, WatchedDisk } from '../../../support/watchedDisk';
import { TestWindow } from '../harness';

describe('texts that are damaged on disk', () => {
  let repository: TemporaryRepository;
  let window: TestWindow;

  beforeEach(async () => {
    repository = await TemporaryRepository.create();
    await repository.commit({ 'a.txt': 'one\n' }, 'Begin');
    window = new TestWindow(repository);
    await window.open();
  });
  afterEach(async () => {
    await window.close();
    await repository.dispose();
  });

  const content = (...parts: string[]): string => path.join(repository.path, '.git', 'switchyard', 'content', ...parts);

  function damage(file: string, change: (bytes: Buffer) => void): void {
    const bytes = readFileSync(file);
    change(bytes);
    writeFileSync(file, bytes);
  }

  async function edit(story: StoryRecord, from: string, to: string): Promise<void> {
    const found = await window.session.storyText(story.number, null);
    assert.ok(found.kind === 'found');
    const { text } = found.story;
    const outcome = await window.session.editStory(story.key, { base: text, text: text.replace(from, to) });
    assert.equal(outcome.kind, 'edited');
  }

  const losses = (): string[] => (window.session.model()?.notices ?? []).map((one) => one.text).filter((text) => /damaged on disk/.test(text)); // prettier-ignore

  it('[P1] a damaged body is named with its story and place, its bytes are kept, and an earlier text is offered and comes back', async () => {
    const story = await window.newStory('Wave', 'First words.');
    await edit(story, 'First words.', 'Second words.');
    await edit(story, 'Second words.', 'Third words, the last ones.');
    assert.deepEqual((await window.session.earlierTexts(story.key)).map((one) => one.text), ['Second words.', 'First words.']); // prettier-ignore
    const file = content(story.key, 'body.checked');
    damage(file, (bytes) => bytes.fill(0x58, bytes.length - 6));
    const damaged = readFileSync(file);
    assert.match(await window.session.bodyOf(story.key), /^> \*\*This text was damaged on disk.*Third words/s);
    await window.session.settle();
    const [told, ...more] = losses();
    assert.match(told ?? '', /#1: its text was damaged.*kept in .*body\.checked\.cut.*Go Back to Earlier Text offers/s);
    assert.equal(more.length, 0);
    const kept = readdirSync(content(story.key)).find((name) => name.startsWith('body.checked.cut'));
    assert.deepEqual(readFileSync(content(story.key, kept ?? '')), damaged);

    const [newest] = await window.session.earlierTexts(story.key);
    const outcome = await window.session.restoreText(story.key, newest?.id ?? '');
    assert.equal(outcome.kind, 'edited');
    assert.equal(await window.session.bodyOf(story.key), 'Second words.');
    const [entry] = await window.session.historyOf(story.key, 1);
    assert.match(`${entry?.event} ${entry?.evidence}`, /Edited .*restored/);
    assert.equal((await window.session.restoreText(story.key, 'nothing')).kind, 'refused');
  });

  it('[P1] the ten newest earlier texts are kept; one that is damaged itself is not offered', async () => {
    const story = await window.newStory('Wave', 'Words 0.');
    for (let at = 1; at <= 12; at++) await edit(story, `Words ${at - 1}.`, `Words ${at}.`);
    const kept = await window.session.earlierTexts(story.key);
    assert.deepEqual(kept.map((one) => one.text), Array.from({ length: 10 }, (_, at) => `Words ${11 - at}.`)); // prettier-ignore
    damage(content(story.key, 'earlier', `${kept[0]?.id}.checked`), (bytes) => bytes.fill(0, 12));
    assert.deepEqual((await window.session.earlierTexts(story.key)).map((one) => one.text), kept.slice(1).map((one) => one.text)); // prettier-ignore
  });

  it('[P1] a body that was never edited comes back from the text search, where somebody has searched', async () => {
    const story = await window.newStory('Wave', 'Words that were searched.');
    await waitFor('the search', async () => (await window.session.search('searched', 10)).matches.length > 0);
    await window.close();
    damage(content(story.key, 'body.checked'), (bytes) => bytes.fill(0x58, bytes.length - 6));
    await window.open();
    assert.match(await window.session.bodyOf(story.key), /was damaged/);
    const [known] = await window.session.earlierTexts(story.key);
    assert.equal(known?.text, 'Words that were searched.');
  });

  it('[P1] a flipped bit in any file of bodies and outputs is noticed, set right, and changes no text', async () => {
    const stories: StoryRecord[] = [];
    for (const at of [1, 2, 3]) stories.push(await window.codedStory(`Story ${at}`, { [`${at}.txt`]: 'x\n' }));
    for (const story of stories) await window.must(story, 'GatesStarted');
    for (const story of stories) await window.waitForStage(story, 'Done');
    const read = async (): Promise<unknown> =>
      Promise.all(
        stories.map(async ({ key }) => [await window.session.bodyOf(key), await window.session.outputsOf(key)]),
      );
    const before = await read();
    const files = readdirSync(content(), { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.checked'),
    );
    assert.ok(files.length >= 9, files.join());
    for (const [n, file] of files.entries()) damage(content(file), (bytes) => void (bytes[(n * 7) % bytes.length]! ^= 1 << (n % 8))); // prettier-ignore
    assert.deepEqual(await read(), before);
    const noticed = window.warnings.filter((warning) =>
      /was damaged on disk; a flipped bit was set right/.test(warning),
    );
    assert.equal(noticed.length, files.length, 'none is silent');
  });

  it('[P1, P6] a damaged text is shown and marked also where the disk takes nothing, and told once it does', async () => {
    const story = await window.newStory('Wave', 'Words that stay.');
    const file = content(story.key, 'body.checked');
    damage(file, (bytes) => bytes.fill(0x58, bytes.length - 6));
    const disk = await WatchedDisk.watch((change) =>
      change.path.startsWith(repository.folder) ? diskError('EROFS', change) : null,
    );
    try {
      assert.match(await window.session.bodyOf(story.key), /was damaged on disk.*Words that/s);
      await window.session.settle();
      assert.match(window.session.model()?.notices[0]?.text ?? '', /cannot be written/);
    } finally {
      disk.release();
    }
    assert.match(await window.session.bodyOf(story.key), /was damaged on disk.*Words that/s);
    await window.session.settle();
    assert.match(losses()[0] ?? '', /#1: its text was damaged.*No earlier text is kept/s);
  });
});
