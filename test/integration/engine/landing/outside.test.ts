import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { StoryRecord } from '../../../../src/core/story/story';
import { TemporaryRepository } from '../../../support/temporaryRepository';
import { waitFor } from '../../../support/waitFor';
import { portFor } from '../../git/fixture';
import { TestWindow } from '../harness';

describe('what happens on the target without Switchyard', () => {
  let repository: TemporaryRepository;
  let window: TestWindow;

  beforeEach(async () => {
    repository = await TemporaryRepository.create({ branch: 'main' });
    await repository.commit({ 'a.txt': 'one\n', 'b.txt': 'one\n', 'c.txt': 'one\n' }, 'Begin');
    window = new TestWindow(repository);
    await window.open();
  });
  afterEach(async () => {
    await window.close();
    await repository.dispose();
  });

  const branchOf = (story: StoryRecord) => (window.now(story).branch ?? '').replace('refs/heads/', '');
  /** Two commits, so that picking one of them is not all of it. */
  async function coded(title = 'Two'): Promise<StoryRecord> {
    const story = await window.codedStory(title, { 'a.txt': `${title}\n` });
    await window.commit(story, { 'b.txt': `${title}\n` });
    return story;
  }
  const elsewhere = () => repository.commit({ 'c.txt': 'meanwhile\n' }, 'Meanwhile');

  for (const [how, bring] of [
    ['merged', (branch: string) => repository.git('merge', '--quiet', '--no-ff', '--no-edit', branch)],
    ['fast-forwarded', (branch: string) => repository.git('merge', '--quiet', '--ff-only', branch)],
    ['squashed', async (branch: string) => {
      await elsewhere();
      await repository.git('merge', '--quiet', '--squash', branch);
      await repository.git('commit', '--quiet', '-m', 'Two (#7)');
    }],
    ['rebased', async (branch: string) => {
      await elsewhere();
      await repository.git('cherry-pick', `main..${branch}`);
    }],
    ['squashed, and changed since where it was,', async (branch: string) => {
      await repository.git('merge', '--quiet', '--squash', branch);
      await repository.git('commit', '--quiet', '-m', 'Two (#7)');
      await repository.commit({ 'a.txt': 'Two and more\n' }, 'More');
    }],
  ] as const) {
    it(`[MQ14] a story that was ${how} by hand is Done by itself, by outside, with a commit that is on the target`, async () => {
      const story = await coded();
      await bring(branchOf(story));
      const done = await window.waitForStage(story, 'Done');
      assert.equal(done.by, 'outside');
      await repository.git('merge-base', '--is-ancestor', done.mergeCommit, 'main');
    });
  } // prettier-ignore

  it('[MQ14] what was merged while Switchyard was not there is noticed at the start', async () => {
    const [merged, squashed, begun] = [await coded('One'), await window.codedStory('Two', { 'c.txt': 'two\n' }), await window.must(await window.newStory('Three'), 'Start')];
    const [first, second] = [branchOf(merged), branchOf(squashed)];
    await window.close();
    await repository.git('merge', '--quiet', '--no-ff', '--no-edit', first);
    await repository.git('merge', '--quiet', '--squash', second);
    await repository.git('commit', '--quiet', '-m', 'Two, squashed');
    await window.open();
    for (const story of [merged, squashed]) assert.equal((await window.waitForStage(story, 'Done')).by, 'outside');
    assert.equal(window.now(begun).stage.name, 'Coding');
  }); // prettier-ignore

  it('[MQ14] a story without work is not Done because the target was set back and forth', async () => {
    await repository.commit({ 'c.txt': 'later\n' }, 'Later');
    const [begun, work] = [await window.must(await window.newStory('Begun'), 'Start'), await coded('Work')];
    const branch = branchOf(work);
    await repository.git('reset', '--quiet', '--hard', 'HEAD~1');
    await window.engine.settle();
    await window.close();
    await window.open();
    await window.engine.settle();
    await window.must(await window.newStory('Other'), 'Start');
    await window.engine.settle();
    await window.close();
    await repository.git('reset', '--quiet', '--hard', 'ORIG_HEAD');
    await repository.git('merge', '--quiet', '--ff-only', branch);
    await window.open();
    await window.waitForStage(work, 'Done');
    await window.engine.settle();
    assert.equal(window.now(begun).stage.name, 'Coding');
  });

  it('[MQ14] what was fast-forwarded while Switchyard was not there is noticed where git logs nothing; what follows the target is not', async () => {
    await repository.git('config', 'core.logAllRefUpdates', 'false');
    const [work, follows] = [await coded('One'), await window.must(await window.newStory('Two'), 'Start')];
    await window.engine.settle();
    const [place, branch] = [(await window.engine.worktreeOf(follows.key)) ?? '', branchOf(work)];
    await window.close();
    await rm(path.join(repository.path, '.git/logs/refs/heads/story'), { recursive: true });
    await repository.git('merge', '--quiet', '--ff-only', branch);
    await repository.commit({ 'c.txt': 'later\n' }, 'Later');
    await repository.gitIn(place, 'merge', '--quiet', '--ff-only', 'main');
    await window.open();
    assert.equal((await window.waitForStage(work, 'Done')).by, 'outside');
    await window.engine.settle();
    assert.equal(window.now(follows).stage.name, 'Coding');
  });

  it('[MQ14] what was coded and fast-forwarded while Switchyard was not there is noticed, though git is to keep no log; what follows the target is not', async () => {
    await repository.git('config', 'core.logAllRefUpdates', 'false');
    const [work, follows] = [await window.must(await window.newStory('One'), 'Start'), await window.must(await window.newStory('Two'), 'Start')];
    const [place, other] = [(await window.engine.worktreeOf(work.key)) ?? '', (await window.engine.worktreeOf(follows.key)) ?? ''];
    const branch = branchOf(work);
    await window.close();
    await writeFile(path.join(place, 'a.txt'), 'work\n');
    await repository.gitIn(place, 'commit', '--quiet', '--all', '--message', 'Work');
    await repository.git('merge', '--quiet', '--ff-only', branch);
    await repository.gitIn(other, 'merge', '--quiet', '--ff-only', 'main');
    await window.open();
    assert.equal((await window.waitForStage(work, 'Done')).by, 'outside');
    await window.engine.settle();
    assert.equal(window.now(follows).stage.name, 'Coding');
  }); // prettier-ignore

  it('[MQ14] where git logs nothing, more work on a branch that had some is noticed, and a child’s own, but not what its parent has', async () => {
    await repository.git('config', 'core.logAllRefUpdates', 'false');
    const target = await repository.git('rev-parse', 'main');
    const [parent, more, child] = [await repository.commit({ 'a.txt': 'parent\n' }, 'Parent'), await repository.commit({ 'a.txt': 'more\n' }, 'More'), await repository.commit({ 'b.txt': 'child\n' }, 'Child')];
    const one = (key: string, tip: string, seen: string, rest: { parent?: string | null } = {}) => ({ key, branch: `refs/heads/${key}`, tip, hadWork: false, seen: { tip: seen, target }, ...rest });
    const live = [
      one('parent', more, parent), one('begun', more, target), one('child', child, child, { parent: more }),
      one('same', more, more, { parent: more }), one('follows', child, more, { parent: more }), one('orphan', child, child, { parent: null }),
    ];
    const found = await portFor(repository.path).lookOutside({ ref: 'refs/heads/main', target: child, since: target, live, landed: [] });
    assert.deepEqual(found.arrived.map(({ key, how }) => `${key} ${how}`), ['parent merged', 'child merged']);
  }); // prettier-ignore

  it('[MQ14] what came before the last look is told with the commit that brought it, not with one that came since', async () => {
    await repository.git('branch', 'work');
    const tip = await repository.commitOn('work', { 'a.txt': 'work\n' }, 'Work');
    await elsewhere();
    await repository.git('cherry-pick', 'work');
    const since = await repository.git('rev-parse', 'main');
    const target = await repository.commit({ 'b.txt': 'later\n' }, 'Later');
    const live = [{ key: 'one', branch: 'refs/heads/work', tip, hadWork: true, seen: null }];
    const found = await portFor(repository.path).lookOutside({ ref: 'refs/heads/main', target, since, live, landed: [] });
    const at = new Date(await repository.git('log', '-1', '--format=%cI', since)).toISOString();
    assert.deepEqual(found.arrived, [{ key: 'one', how: 'sameChanges', commit: since, at }]);
  }); // prettier-ignore

  it('[MQ14] a revert by hand of an archived story stands on it, until it is reverted itself, also after a restart', async () => {
    const [story, squashed] = [await coded(), await window.codedStory('Squashed', { 'c.txt': 'squashed\n' })];
    await window.must(story, 'GatesStarted');
    const { mergeCommit } = await window.waitForStage(story, 'Done');
    await repository.git('merge', '--quiet', '--squash', branchOf(squashed));
    await repository.git('commit', '--quiet', '-m', 'Names no story');
    const squash = await window.waitForStage(squashed, 'Done');
    assert.equal(squash.mergeCommit, await repository.git('rev-parse', 'main'));
    for (const one of [story, squashed]) await window.must(one, 'Accept');
    const by = async () => {
      const { stories } = await window.engine.archived({ after: null, limit: 9 });
      const stages = [story, squashed].map((one) => stories.find(({ key }) => key === one.key)?.stage);
      return stages.map((stage) => stage?.name === 'Archived' ? (stage.revertedBy?.commit ?? null) : undefined);
    };
    const are = (...wanted: (string | null)[]) => waitFor('reverts', async () => isDeepStrictEqual(await by(), wanted), { seen: by });
    const revert = async (...what: string[]) => {
      await repository.git('revert', '--no-edit', ...what);
      return repository.git('rev-parse', 'main');
    };
    const first = await revert('-m', '1', mergeCommit);
    await are(first, null);
    const second = await revert(squash.mergeCommit);
    await are(first, second);
    await window.close();
    await revert(first);
    await revert(second);
    await window.open();
    await are(null, null);
  }); // prettier-ignore

  it('[MQ14] what the queue itself took back is not told once more of a story that nobody asked about', async () => {
    const port = portFor(repository.path);
    const named = (key: string) => `Story: #1\nStory-Key: ${key}`;
    const since = await repository.git('rev-parse', 'main');
    const landing = await repository.commit({ 'q.txt': 'one\n' }, `Work\n\n${named('archived')}`);
    const ofOthers = async (trailers: string) => {
      const by = await repository.commit({ 'q.txt': null }, `Revert\n\nThis reverts commit ${landing}.${trailers}`);
      const found = await port.lookOutside({ ref: 'refs/heads/main', target: by, since, live: [], landed: [] });
      await repository.git('reset', '--quiet', '--hard', landing);
      return found.ofOthers.map(({ key, of, name }) => ({ key, of, name }));
    };
    assert.deepEqual(await ofOthers(`\n\n${named('another')}`), []);
    assert.deepEqual(await ofOthers(''), [{ key: 'archived', of: landing, name: 'Reverted' }]);
  });

  it('[MQ14] a story is not over where only a part is there, where its branch follows the target, or where work goes on', async () => {
    const [part, follows, works] = [await coded('One'), await window.must(await window.newStory('Two'), 'Start'), await window.codedStory('Three', { 'c.txt': 'three\n' })];
    const worktree = await window.engine.worktreeOf(works.key);
    await repository.gitIn(worktree ?? '', 'rm', '--quiet', '--cached', 'a.txt');
    await repository.git('cherry-pick', `${branchOf(part)}~1`);
    await repository.gitIn((await window.engine.worktreeOf(follows.key)) ?? '', 'merge', '--quiet', '--ff-only', 'main');
    await repository.git('merge', '--quiet', '--no-ff', '--no-edit', branchOf(works));
    const last = await coded('Four');
    await repository.git('merge', '--quiet', '--no-ff', '--no-edit', '-X', 'theirs', branchOf(last));
    await window.waitForStage(last, 'Done');
    for (const story of [part, follows, works]) assert.equal(window.now(story).stage.name, 'Coding', story.title);
  }); // prettier-ignore

  it('[MQ14] a target that was moved back blocks what landed on it, says so, and what is put back is Done again', async () => {
    const story = await coded();
    await window.must(story, 'GatesStarted');
    const { mergeCommit } = await window.waitForStage(story, 'Done');
    await repository.git('reset', '--quiet', '--hard', 'main~1');
    const blocked = await window.waitForStage(story, 'Blocked');
    assert.match(blocked.reason, new RegExp(`${mergeCommit.slice(0, 8)} is no longer on main`));
    await repository.git('reset', '--quiet', '--hard', mergeCommit);
    const again = await window.waitForStage(story, 'Done');
    assert.equal(again.mergeCommit, mergeCommit);
  });

  it('[MQ14] a target that was rewritten keeps what is there under another commit', async () => {
    window.settings = { ...window.settings, strategy: 'squash' };
    const story = await coded();
    await window.must(story, 'GatesStarted');
    const { mergeCommit } = await window.waitForStage(story, 'Done');
    await repository.git('commit', '--quiet', '--amend', '--no-edit', '--date=2001-01-01T00:00:00Z', '--reset-author');
    await waitFor('the other commit', () => {
      const { stage } = window.now(story);
      return stage.name === 'Done' && stage.mergeCommit !== mergeCommit;
    }, { seen: () => window.now(story).stage });
    assert.equal(await repository.git('rev-parse', 'main'), (await window.waitForStage(story, 'Done')).mergeCommit);
    // One that names no story any more is known by what it changes.
    await repository.git('commit', '--quiet', '--amend', '--message', 'Said in other words');
    const reworded = await repository.git('rev-parse', 'main');
    await waitFor('the commit that names none', () => {
      const { stage } = window.now(story);
      return stage.name === 'Done' && stage.mergeCommit === reworded;
    }, { seen: () => window.now(story).stage });
  }); // prettier-ignore

  it('[MQ14] a landing that was reverted by hand says so, and says it no more when that is reverted too', async () => {
    const story = await coded();
    await window.must(story, 'GatesStarted');
    const { mergeCommit } = await window.waitForStage(story, 'Done');
    const by = () => {
      const { stage } = window.now(story);
      return stage.name === 'Done' ? (stage.revertedBy ?? null) : null;
    };
    await repository.git('revert', '--no-edit', '-m', '1', mergeCommit);
    const revert = await repository.git('rev-parse', 'main');
    await waitFor('the revert', () => by()?.commit === revert);
    await window.waitForCard(story, 'a card that says so', (card) => card.facts.some((one) => JSON.stringify(one).includes(`reverted by ${revert.slice(0, 8)}`)));
    await repository.git('revert', '--no-edit', revert);
    await waitFor('that it stands again', () => by() === null);
    assert.equal(window.now(story).stage.name, 'Done');
  }); // prettier-ignore
});
