import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import type { StoryRecord } from '../../../../src/core/story/story';
import type { RevertStoryOutcome } from '../../../../src/engine/landing/reverts';
import { TemporaryRepository } from '../../../support/temporaryRepository';
import { TestWindow } from '../harness';

describe('reverting a story', () => {
  let repository: TemporaryRepository;
  let window: TestWindow;

  beforeEach(async () => {
    repository = await TemporaryRepository.create({ branch: 'main' });
    await repository.commit({ 'a.txt': 'one\n', 'b.txt': 'one\n' }, 'Begin');
    window = new TestWindow(repository);
    await window.open();
  });
  afterEach(async () => {
    await window.close();
    await repository.dispose();
  });

  async function landed(title: string, ...commits: Readonly<Record<string, string>>[]): Promise<StoryRecord> {
    const [first = {}, ...others] = commits;
    const story = await window.codedStory(title, first);
    for (const files of others) await window.commit(story, files);
    await window.must(story, 'GatesStarted');
    await window.waitForStage(story, 'Done');
    return window.now(story);
  }

  async function revert(story: StoryRecord, why = ''): Promise<Extract<RevertStoryOutcome, { kind: 'created' }>> {
    const outcome = await window.session.revertStory(story.key, why);
    assert.ok(outcome.kind === 'created', outcome.kind === 'refused' ? outcome.message : '');
    return outcome;
  }

  for (const strategy of ['merge', 'squash', 'rebase'] as const) {
    it(`[MQ18] all that a ${strategy} landing brought is taken back through gates and queue, and what came later stays`, async () => {
      window.settings = { ...window.settings, strategy };
      const story = await landed('Two', { 'a.txt': 'two\n' }, { 'new.txt': 'new\n' });
      await landed('Later', { 'b.txt': 'later\n' });
      await repository.write('mine.txt', 'mine\n');
      const { story: made, conflict } = await revert(story, 'It slows the start down.');
      assert.deepEqual([made.type, made.title, made.dependsOn], ['bug', 'Revert #1: Two', []]);
      assert.equal(conflict, null);
      const body = await window.session.bodyOf(made.key);
      assert.match(body, /#1 Two/);
      assert.match(body, /It slows the start down\./);
      await window.waitForStage(made, 'Done');
      assert.deepEqual([await repository.read('a.txt'), await repository.read('b.txt')], ['one\n', 'later\n']);
      assert.ok(!existsSync(`${repository.path}/new.txt`));
      assert.equal(await repository.read('mine.txt'), 'mine\n', 'a file of the person stays');
      const history = await window.engine.history({ cursor: 0, limit: 100, key: made.key });
      assert.deepEqual(
        history.map((entry) => entry.event),
        ['Created', 'GatesStarted', 'GatesPassed', 'MergeSucceeded'],
      );
    });
  }

  it('[MQ18, MQ14] the reverted story says by which one, is not reverted twice, and stands again once that is reverted', async () => {
    const story = await landed('Two', { 'a.txt': 'two\n' });
    const { story: first } = await revert(story);
    const early = await window.session.revertStory(story.key, '');
    assert.ok(early.kind === 'refused' && early.message.includes(`#${first.number}`));
    const { mergeCommit } = await window.waitForStage(first, 'Done');
    const stage = await window.waitForStage(story, 'Done');
    assert.deepEqual(stage.revertedBy, { number: first.number, commit: mergeCommit });
    const card = await window.waitForCard(story, 'a reverted story', ({ facts }) => facts.includes('reverted by #2'));
    assert.ok(!card.actions.includes('revertStory') && card.actions.includes('reopen'));
    const again = await window.session.revertStory(story.key, '');
    assert.ok(again.kind === 'refused' && again.message.includes('revert #2'));

    const { story: second } = await revert(first);
    assert.equal(second.title, 'Revert #2: Revert #1: Two');
    await window.waitForStage(second, 'Done');
    assert.equal(await repository.read('a.txt'), 'two\n');
    assert.equal((await window.waitForStage(story, 'Done')).revertedBy, undefined);
    assert.equal((await window.waitForStage(first, 'Done')).revertedBy?.number, second.number);
    assert.equal(window.now(story).stage.name, 'Done');
  });

  it('[MQ18] where later changes are in the way the files are named and a person goes on in a worktree', async () => {
    const story = await landed('Two', { 'a.txt': 'two\n' });
    await landed('Three', { 'a.txt': 'three\n' });
    const { story: made, conflict } = await revert(story);
    assert.deepEqual(conflict, ['a.txt']);
    assert.deepEqual(window.now(made).stage, { name: 'Coding', feedback: null, coder: 'person' });
    const body = await window.session.bodyOf(made.key);
    assert.match(body, /a\.txt changed again since/);
    const worktree = (await window.session.worktreeOf(made.key)) ?? '';
    const [, command = ''] = /^ {4}git (revert .+)$/m.exec(body) ?? [];
    await assert.rejects(repository.gitIn(worktree, ...command.split(' ')), 'it stops at the conflict');
    assert.equal(await repository.gitIn(worktree, 'diff', '--name-only', '--diff-filter=U'), 'a.txt');
  });

  it('[MQ18, G4] the worktree that a person goes on in is made ready as that of any story', async () => {
    await repository.commit({ '.gitignore': '.env\n' }, 'Ignore');
    await repository.write('.env', 'KEY=1\n');
    window.settings = { ...window.settings, worktree: { copy: ['.env'] } };
    const story = await landed('Two', { 'a.txt': 'two\n' });
    await landed('Three', { 'a.txt': 'three\n' });
    const { story: made } = await revert(story);
    const worktree = (await window.session.worktreeOf(made.key)) ?? '';
    assert.equal(readFileSync(`${worktree}/.env`, 'utf8'), 'KEY=1\n');
  });

  it('[MQ18] an archived story can be reverted, and one that landed nothing on the target cannot', async () => {
    const story = await landed('Two', { 'a.txt': 'two\n' });
    await window.must(story, 'Accept');
    const { story: made } = await revert(story);
    await window.waitForStage(made, 'Done');
    assert.equal(await repository.read('a.txt'), 'one\n');
    const { stage } = window.now(story);
    assert.ok(stage.name === 'Archived' && stage.revertedBy?.number === made.number);

    const begun = await window.codedStory('Begun', { 'b.txt': 'two\n' });
    const refused = await window.session.revertStory(begun.key, '');
    assert.ok(refused.kind === 'refused' && /Only what has landed/.test(refused.message));
    assert.equal(window.engine.stories().length, 3, 'no story is left behind');
  });
});
