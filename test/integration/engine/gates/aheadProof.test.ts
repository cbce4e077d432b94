import assert from 'node:assert/strict';
import { AheadProof } from '../../../../src/engine/gates/aheadProof';
import type { StoryRecord } from '../../../../src/core/story/story';
import { STAGES, storyIn } from '../../../support/storyFixtures';
import { TemporaryRepository } from '../../../support/temporaryRepository';
import { portFor, withStory } from '../../git/fixture';

describe('A merge that gates run ahead on', () => {
  let repository: TemporaryRepository;

  beforeEach(async () => {
    repository = await TemporaryRepository.create();
  });
  afterEach(() => repository.dispose());

  for (const strategy of ['squash', 'rebase'] as const)
    it(`[MQ2, MQ15] is a merge for a story that brings in a remote’s commits, and of others what a ${strategy} makes`, async () => {
      const { base, storyTip } = await withStory(repository);
      const proof = new AheadProof({ git: portFor(repository.path), settings: () => ({ strategy }) } as never);
      const story: StoryRecord = { ...storyIn(STAGES.ReviewHold), branch: 'refs/heads/story/1-x' };
      const parentsOf = async (one: StoryRecord) => (await proof.build(one, storyTip, base))?.parents;
      assert.deepEqual(await parentsOf({ ...story, bringsIn: 'refs/remotes/origin/main' }), [base, storyTip]);
      assert.equal((await parentsOf(story))?.length, 1);
    });
});
