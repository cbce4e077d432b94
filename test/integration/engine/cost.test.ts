import assert from 'node:assert/strict';
import type { StoryRecord } from '../../../src/core/story/story';
import { CountingGit, countVerbs } from '../../support/countingGit';
import { TemporaryRepository } from '../../support/temporaryRepository';
import { waitFor } from '../../support/waitFor';
import { TestWindow } from './harness';

/** What the engine starts, counted on real landings; the numbers are those that were reached, not what a machine can do. */
describe('what the engine starts', () => {
  let repository: TemporaryRepository;
  let git: CountingGit;
  let window: TestWindow;

  beforeEach(async () => {
    repository = await TemporaryRepository.create({ branch: 'main' });
    await repository.commit({ 'a.txt': 'one\n', 'b.txt': 'one\n' }, 'Begin');
    git = new CountingGit(repository.folder);
    window = new TestWindow(repository, { gitBinary: git.binary, settings: { radar: 'off' } });
    await window.open();
    await waitFor('the first look', () => window.session.model());
  });
  afterEach(async () => {
    await window.close();
    await repository.dispose();
  });

  const atMost = (limit: number, what: string, calls: readonly string[]): void => {
    assert.ok(calls.length <= limit, `${what}: ${calls.length} git, ${limit} allowed\n${calls.join('\n')}`);
  };
  /** Looks at refs and worktrees come as often as the file system tells of a change, which is its own affair within bounds. */
  const atMostOf = (limit: number, what: string, calls: readonly string[]): void => {
    const looks = calls.filter((call) => /^(?:for-each-ref|worktree list|cat-file --batch)/.test(call));
    atMost(LOOKS, `looks, ${what}`, looks);
    const others = calls.filter((call) => !looks.includes(call));
    atMost(limit, what, others);
  };
  /** A round that starts nothing has known what it asked for: nothing is left to be seen. */
  const settled = () =>
    waitFor('a round that knows all', async () => {
      const before = git.count;
      await window.engine.settle();
      return git.count === before;
    });

  it('[G1] a round that finds nothing new starts no git, whatever number of stories there is', async () => {
    for (let number = 0; number < 20; number += 1) await window.newStory(`Story ${number}`);
    await window.must(await window.newStory('Started'), 'Start');
    await settled();
    const before = git.count;
    for (let round = 0; round < 5; round += 1) await window.engine.settle();
    assert.deepEqual(git.calls(before), []);
  });

  it('[S2] a story is created without starting git', async () => {
    await settled();
    const before = git.count;
    for (let number = 0; number < 3; number += 1) await window.newStory(`Story ${number}`);
    assert.deepEqual(git.calls(before), []);
  });

  it('[G1] a commit made outside is seen with at most four git calls, however many stories there are', async () => {
    for (let number = 0; number < 20; number += 1) await window.newStory(`Story ${number}`);
    await settled();
    const before = git.count;
    const tip = await repository.commit({ 'b.txt': 'two\n' }, 'Outside');
    await waitFor('the new tip', () => window.session.model()?.target?.tip === tip);
    await settled();
    atMost(4, 'an outside commit', git.calls(before));
  });

  describe('for a story, once the gate trees are there', () => {
    let story: StoryRecord;

    beforeEach(async () => {
      const first = await window.codedStory('First', { 'a.txt': 'two\n' });
      await window.must(first, 'GatesStarted');
      await window.waitForStage(first, 'Done');
      story = await window.codedStory('Second', { 'b.txt': 'two\n' });
      await settled();
    });

    const landed = async (): Promise<void> => {
      await window.waitForStage(story, 'Done');
      const pins = () => repository.git('for-each-ref', 'refs/switchyard/candidates');
      await waitFor('the end of the landing', async () => (await pins()) === '');
      await settled();
    };

    it('[MQ1] a landing asks nothing twice: few git calls from the queue to the end', async () => {
      const before = git.count;
      await window.must(story, 'QaSkipped');
      await landed();
      atMostOf(LIMITS.landing, 'queued to cleaned', git.calls(before));
    });

    it('[MQ1] few git calls from Ready for QA to the end', async () => {
      const before = git.count;
      await window.must(story, 'GatesStarted');
      await landed();
      atMostOf(LIMITS.both, 'Ready for QA to cleaned', git.calls(before));
    });
  });

  it('[MQ1] verbs of a landing are told apart when one is too many', () => {
    assert.deepEqual(countVerbs(['status -z', 'merge-tree a', 'status']), [['status', 2], ['merge-tree', 1]]); // prettier-ignore
  });
});

/**
 * Highest numbers of git calls beside looks at refs and worktrees and the one git that reads objects, which may have gone to rest and
 * be started again; to be lowered, never raised without a reason that stands here. Two of them make the receipt: one call for its
 * objects, and one that moves the ref if it is still where it was.
 */
const LIMITS = { landing: 16, both: 26 };
/** Highest number of those looks. Four are usual. */
const LOOKS = 8;
