import assert from 'node:assert/strict';
import { TemporaryRepository } from '../../../support/temporaryRepository';
import { waitFor } from '../../../support/waitFor';
import { TestWindow } from '../harness';

describe('stories that depend on each other', () => {
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

  it('[S10] one starts only when the other has landed, with the reason until then, and lands behind it also when it began before', async () => {
    const first = await window.codedStory('First', { 'first.txt': '1\n' });
    const second = await window.newStory('Second');
    assert.equal((await window.session.describe(second.key, { dependsOn: [first.key] })).kind, 'changed');
    const waits = await window.waitForCard(second, 'the reason on the card', ({ why }) => why !== null);
    assert.equal(waits.why, 'Waits for #1 (in Coding).');

    const refused = await window.session.perform(second.key, { event: 'Start' });
    assert.ok(refused.kind === 'refused');
    assert.match(refused.message, /^#2 cannot start yet\. Waits for #1 \(in Coding\)\./);
    assert.equal((await window.session.moveTo(second.key, 'Coding')).kind, 'refused', 'nor by moving it');
    assert.equal(await window.engine.worktreeOf(second.key), null, 'a refused start leaves nothing behind');

    // Started before it came to depend on the first: it may be proven, and waits in the queue.
    const third = await window.codedStory('Third', { 'third.txt': '3\n' });
    await window.session.describe(third.key, { dependsOn: [first.key], priority: 0 });
    await window.must(third, 'GatesStarted');
    await window.waitForStage(third, 'Merge');
    const held = await window.waitForCard(third, 'why it does not land', ({ why }) => why !== null);
    assert.equal(held.why, 'Waits for #1 (in Coding). Lands after that by itself.');
    await window.session.settle();
    assert.equal(window.now(third).stage.name, 'Merge');

    await window.must(first, 'GatesStarted');
    await window.waitForStage(first, 'Done');
    await window.waitForStage(third, 'Done');
    const log = await repository.git('log', '--first-parent', '--format=%s', 'main');
    assert.deepEqual(log.trim().split('\n'), ['Third (#3)', 'First (#1)', 'Begin']);
    await window.waitForCard(second, 'the start on offer', ({ primaryActions }) => primaryActions.includes('start'));
    assert.equal((await window.session.perform(second.key, { event: 'Start' })).kind, 'changed');
  });

  it('[ST3, S10] a story is superseded by another one that is here; what depends on it is told by which', async () => {
    const [first, second, waiting] = [await window.newStory('First'), await window.newStory('Better'), await window.newStory('Waiting')]; // prettier-ignore
    await window.session.describe(waiting.key, { dependsOn: [first.key] });
    const supersede = (by?: number) => window.session.perform(first.key, { event: 'Supersede', ...(by !== undefined && { by }) }); // prettier-ignore
    for (const [by, why] of [
      [undefined, /Say which story/],
      [1, /its own place/],
      [9, /#9 is no story/],
    ] as const) {
      const refused = await supersede(by);
      assert.ok(refused.kind === 'refused');
      assert.match(refused.message, why);
    }
    assert.equal((await supersede(second.number)).kind, 'changed');
    assert.deepEqual(window.now(first).stage, { name: 'Archived', reason: { kind: 'supersededBy', number: 2 } });
    const card = await window.waitForCard(waiting, 'the reason', ({ why }) => why?.includes('superseded') === true);
    assert.match(card.why ?? '', /It depends on #1, which was superseded by #2\. Let it depend on #2 instead\./);
  });

  it('[S10, S1] a cycle is refused, an abandoned one blocks until it is reopened or taken out, and all of it outlives a restart', async () => {
    const first = await window.newStory('First');
    const second = await window.newStory('Second');
    await window.session.describe(second.key, { dependsOn: [first.key], labels: ['ui'], title: 'Second, renamed' });
    const cycle = await window.session.describe(first.key, { dependsOn: [second.key] });
    assert.ok(cycle.kind === 'refused');
    assert.equal(cycle.message, 'That would go in a circle: #1 → #2 → #1. Nothing was changed.');

    await window.must(first, 'Abandon');
    await window.close();
    await window.open();
    assert.deepEqual(window.now(second).labels, ['ui']);
    assert.equal(window.now(second).title, 'Second, renamed');
    const refused = await window.session.perform(second.key, { event: 'Start' });
    assert.ok(refused.kind === 'refused');
    assert.match(refused.message, /It depends on #1, which was abandoned\. Reopen #1/);
    const entries = await window.session.historyOf(second.key, 5);
    const said = entries.find(({ event }) => event === 'Described');
    assert.match(said?.evidence ?? '', /^title: Second → Second, renamed; labels: none → ui; depends on: none → #1$/);

    await window.session.describe(second.key, { dependsOn: [] });
    assert.equal((await window.session.perform(second.key, { event: 'Start' })).kind, 'changed');
    const branch = window.now(second).branch;
    await window.session.describe(second.key, { title: 'Another name' });
    assert.equal(window.now(second).branch, branch, 'renaming keeps the branch');
    await waitFor('the new name on the board', () => window.card(second)?.title === 'Another name');
  });
});
