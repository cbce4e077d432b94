import assert from 'node:assert/strict';
import type { GitPort } from '../../../../src/ports/git';
import { TemporaryRepository } from '../../../support/temporaryRepository';
import { build, candidateDefaults, portFor, withStory } from '../fixture';

const BRANCH = 'story/42-sign-in';
const STRATEGIES = ['merge', 'squash', 'rebase'] as const;

describe('A story that adds nothing to the target', () => {
  let repository: TemporaryRepository;
  let port: GitPort;

  beforeEach(async () => {
    repository = await TemporaryRepository.create();
    port = portFor(repository.path);
  });
  afterEach(() => repository.dispose());

  const main = (): Promise<string> => repository.git('rev-parse', 'main');

  /** Nothing is built, and this commit of the target is named as what brought it, whatever the strategy. */
  async function assertBroughtBy(commit: string, storyTip: string): Promise<void> {
    const base = await main();
    for (const strategy of STRATEGIES) {
      const outcome = await port.buildCandidate({ ...candidateDefaults, base, storyTip, strategy });
      assert.deepEqual(outcome, { kind: 'alreadyMerged', commit, takenBack: [] }, strategy);
      await repository.git('merge-base', '--is-ancestor', commit, base);
    }
  }

  it('[MQ14] one that was squashed by hand is found by the paths that the squash changed', async () => {
    const { storyTip } = await withStory(repository);
    await repository.git('merge', '--quiet', '--squash', BRANCH);
    const squash = await repository.commit({}, 'By hand');
    await repository.commit({ 'later.txt': 'x' }, 'Later');
    await assertBroughtBy(squash, storyTip);
  });

  it('[MQ14] one that landed by squash or rebase is found by its key, also under later changes of others', async () => {
    const { base, storyTip } = await withStory(repository);
    const { candidate } = await build(port, { base, storyTip, strategy: 'squash' });
    await repository.git('merge', '--quiet', '--ff-only', candidate);
    await repository.commit({ 'src/a.txt': 'later\n' }, 'Not it\n\nThis is not Story-Key: k42 at all.');
    await assertBroughtBy(candidate, storyTip);
  });

  it('[MQ14] one of an empty commit alone names the target’s tip', async () => {
    await withStory(repository, {});
    await assertBroughtBy(await main(), await repository.git('rev-parse', BRANCH));
  });

  it('[MQ14] one that was merged by hand names the merge, and one that was fast-forwarded its own tip', async () => {
    const { storyTip } = await withStory(repository);
    await repository.git('merge', '--quiet', '--no-ff', '--no-edit', BRANCH);
    const merge = await main();
    await repository.commit({ 'later.txt': 'x' }, 'Later');
    await assertBroughtBy(merge, storyTip);
    await repository.branch('story/43-x');
    const next = await repository.commitOn('story/43-x', { n: 'n' }, 'Next');
    await repository.git('merge', '--quiet', '--ff-only', 'story/43-x');
    await repository.commit({ 'last.txt': 'x' }, 'Last');
    await assertBroughtBy(next, next);
  });
});
