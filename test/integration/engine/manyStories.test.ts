import assert from 'node:assert/strict';
import { readList } from '../../../src/core/story/readList';
import { creationOrder, type BatchItem } from '../../../src/core/story/storyBatch';
import { printStory, readStories, type SourceFile } from '../../../src/core/story/storyFolder';
import { TemporaryRepository } from '../../support/temporaryRepository';
import { TestWindow } from './harness';

describe('many stories at once', () => {
  let repository: TemporaryRepository;
  let window: TestWindow;

  beforeEach(async () => {
    repository = await TemporaryRepository.create({ branch: 'main' });
    await repository.commit({ 'a.txt': '1\n' }, 'Begin');
    window = new TestWindow(repository);
    await window.open();
  });
  afterEach(async () => {
    await window.close();
    await repository.dispose();
  });

  /** As the host does it: each behind what it depends on. */
  async function make(items: readonly BatchItem[]): Promise<void> {
    const keys = new Map<number, string>();
    for (const place of creationOrder(items, new Set(items.keys()))) {
      const { title, type, priority, labels, body, needs } = items[place] ?? assert.fail();
      const dependsOn = needs.map((need) =>
        need.kind === 'story' ? need.key : (keys.get(need.place) ?? assert.fail()),
      );
      const outcome = await window.session.createStory({ title, type, priority, labels, body, dependsOn });
      assert.ok(outcome.kind === 'created', outcome.kind === 'refused' ? outcome.message : '');
      keys.set(place, outcome.story.key);
    }
    await window.session.settle();
  }

  async function exported(): Promise<SourceFile[]> {
    const cards = window.session.model()?.cards ?? [];
    const files = cards.map(async ({ key, number, title, type, priority, labels, dependsOn }) => {
      const fields = { title, type, priority, labels, dependsOn: dependsOn.flatMap((one) => one.number ?? []) };
      return printStory(number, fields, await window.session.bodyOf(key));
    });
    return (await Promise.all(files)).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  it('[S2, S10] a folder of files becomes stories that depend on each other, and what is exported is imported again as it was', async () => {
    const file = (name: string, front: string, body: string): SourceFile => ({
      name,
      text: `---\n${front}\n---\n\n${body}`,
    });
    const items = readStories(
      [
        file('z-first.md', 'name: Deploy\ntype: spike\ndepends_on: [sign-in, Sign out]', 'Text\n\n- [ ] it works\n'),
        file('1-sign-in.md', 'title: Sign in\npriority: 0\nlabels: [auth, ui]', 'No line end'),
        file('2-sign-out.md', 'title: Sign out\ndepends_on: 1', ''),
      ],
      [],
    );
    await make(items);
    const card = (title: string) => window.session.model()?.cards.find((one) => one.title === title) ?? assert.fail();
    assert.deepEqual(card('Deploy').dependsOn.map(({ number }) => number), [card('Sign in').number, card('Sign out').number]); // prettier-ignore
    assert.equal(card('Deploy').why, 'Waits for #1 (in Backlog) and #2 (in Backlog).');
    assert.deepEqual([card('Sign in').priority, card('Sign in').labels], [0, ['auth', 'ui']]);
    const before = await exported();

    await window.close();
    await repository.dispose();
    repository = await TemporaryRepository.create({ branch: 'main' });
    await repository.commit({ 'a.txt': '1\n' }, 'Begin');
    window = new TestWindow(repository);
    await window.open();
    await make(readStories(before, []));
    assert.deepEqual(await exported(), before);
  });

  it('[S2] a pasted list becomes stories with what is nested as their bodies, all by the one way to create', async () => {
    await window.newStory('Sign in');
    await window.session.settle();
    const known = window.session.model()?.cards ?? [];
    const { items } = readList('## Next\n- [ ] Sign in\n- [ ] Sign out\n  - [ ] everywhere\n- [x] Old\n', known);
    assert.deepEqual(items.map(({ like, wanted }) => [like, wanted]), [['#1', false], [null, true], [null, false]]); // prettier-ignore
    await make(items.filter(({ wanted }) => wanted));
    const made = window.session.model()?.cards.find(({ title }) => title === 'Sign out') ?? assert.fail();
    assert.equal(await window.session.bodyOf(made.key), '- [ ] everywhere');
    assert.deepEqual(made.facts, ['0/1 criteria']);
  });

  it('[S2, S10] a story cannot be created on one that is not there', async () => {
    const outcome = await window.session.createStory({ title: 'A', type: 'story', body: '', dependsOn: ['nobody'] });
    assert.ok(outcome.kind === 'refused');
    assert.match(outcome.message, /cannot depend on a story that is not here/);
    assert.deepEqual(window.engine.stories(), []);
  });
});
