import assert from 'node:assert/strict';
import type { GitPort } from '../../../../src/ports/git';
import { createGitPort } from '../../../../src/git/gitPort';
import { CountingGit, countVerbs } from '../../../support/countingGit';
import { TemporaryRepository } from '../../../support/temporaryRepository';
import { build, landing, quietLog, stillClock, withStory } from '../fixture';

/** The git part of a landing: build the candidate, move the target. Whatever else a machine does, these counts hold. */
describe('What a landing costs', () => {
  let repository: TemporaryRepository;
  let git: CountingGit;
  let port: GitPort;

  beforeEach(async () => {
    repository = await TemporaryRepository.create();
    git = new CountingGit(repository.folder);
    port = createGitPort({ folder: repository.path, binary: git.binary, log: quietLog, clock: stillClock });
  });
  afterEach(() => repository.dispose());

  /** Lands a first story, and counts what git is started for while a second one lands. */
  async function countSecond(target: 'unseen' | 'checkedOut'): Promise<string[]> {
    await repository.commit({ '.gitattributes': '*.bin binary\n' }, 'Attributes');
    const first = await withStory(repository);
    if (target === 'unseen') await repository.git('switch', '--quiet', '--detach');
    const one = await landing(repository, await build(port, first), first.base);
    assert.equal((await port.land(one)).kind, 'landed');
    await repository.branch('story/43-x', 'main~1');
    const storyTip = await repository.commitOn('story/43-x', { 'second.txt': 'x\n' }, 'Second');
    const base = await repository.git('rev-parse', 'main');
    // What an engine knows anyway: where the target is, and who has it checked out.
    await Promise.all([port.worktrees(), port.branchTips(), port.identity()]);
    const before = git.count;
    const storyBranch = 'refs/heads/story/43-x';
    const built = await build(port, { base, storyTip, storyBranch });
    const two = await landing(repository, built, base, 'story/43-x');
    assert.equal((await port.land(two)).kind, 'landed');
    return git.calls(before);
  }

  it('[MQ1] is at most 6 git processes where nobody has the target checked out', async () => {
    const calls = await countSecond('unseen');
    assert.ok(calls.length <= 6, JSON.stringify(countVerbs(calls)));
  });

  it('[MQ9] is at most 9 where the person’s checkout follows', async () => {
    const calls = await countSecond('checkedOut');
    assert.ok(calls.length <= 9, JSON.stringify(countVerbs(calls)));
  });
});
