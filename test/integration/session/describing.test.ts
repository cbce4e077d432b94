import assert from 'node:assert/strict';
import { TemporaryRepository } from '../../support/temporaryRepository';
import { waitFor } from '../../support/waitFor';
import { TestWindow } from '../engine/harness';

describe('what a story is, from a window that follows', () => {
  let repository: TemporaryRepository;
  let leading: TestWindow;
  let following: TestWindow;

  beforeEach(async () => {
    repository = await TemporaryRepository.create({ branch: 'main' });
    await repository.commit({ 'a.txt': '1\n' }, 'Begin');
    leading = new TestWindow(repository);
    await leading.open();
    following = new TestWindow(repository);
    await following.open();
  });
  afterEach(async () => {
    await following.close();
    await leading.close();
    await repository.dispose();
  });

  it('[P5, S1, S10, ST8] labels, priority, title, dependencies and archived stories are the same from there', async () => {
    const { session } = following;
    assert.equal(session.engine(), null, 'it follows');
    const first = await leading.newStory('First');
    const created = await session.createStory({ title: 'Second', type: 'bug', body: '', dependsOn: [first.key] });
    assert.ok(created.kind === 'created');
    const second = created.story;
    const wanted = { title: 'Second, renamed', type: 'spike', priority: 0, labels: ['ui'] } as const;
    const described = await session.describe(second.key, wanted);
    assert.ok(described.kind === 'changed');
    const card = await following.waitForCard(second, 'the new description', ({ title }) => title === wanted.title);
    assert.deepEqual([card.type, card.priority, card.labels], ['spike', 0, ['ui']]);
    assert.deepEqual(card.dependsOn, [{ key: first.key, number: 1, state: 'Backlog' }]);
    assert.equal(card.why, 'Waits for #1 (in Backlog).');

    const cycle = await session.describe(first.key, { dependsOn: [second.key] });
    assert.ok(cycle.kind === 'refused' && cycle.message.includes('#1 → #2 → #1'));
    const start = await session.perform(second.key, { event: 'Start' });
    assert.ok(start.kind === 'refused' && start.message.startsWith('#2 cannot start yet.'));

    await leading.must(first, 'Abandon');
    await waitFor('the abandoned one on the card', () => /abandoned/.test(following.card(second)?.why ?? ''));
    const page = await session.archived({ after: null, limit: 1 });
    assert.deepEqual([page.stories.map(({ number }) => number), page.next], [[1], null]);
    assert.equal((await session.perform(first.key, { event: 'Reopen', reopenTo: 'Backlog' })).kind, 'changed');
    assert.equal(leading.now(first).stage.name, 'Backlog');
  });
});
