import { Recent } from '../../base/recent';
import type { MergingFacts, StandingMerge } from '../../core/pipeline/facts';
import type { StoryRecord } from '../../core/story/story';
import type { StoryMerges } from '../../ports/merging';
import type { ContentStore } from '../../ports/store';

/** Looks for what decides about failed merges. With no story in such a stage nothing is read. */
export class MergingLook {
  /** Whether an output is kept, by its name and since when its story is where it is: a gate writes it before. */
  readonly #outputs = new Recent<boolean>(200);

  constructor(
    private readonly git: Pick<StoryMerges, 'standingMerge'>,
    private readonly content: Pick<ContentStore, 'read'>,
  ) {}

  async facts(stories: readonly StoryRecord[], agent: string | null): Promise<MergingFacts> {
    const outputs = new Set<string>();
    const standing = new Map<string, StandingMerge>();
    for (const { key, stage, stageAt, branch } of stories) {
      if (stage.name !== 'MergeFailure' && stage.name !== 'MergeFailureFinal') continue;
      const { outputId } = stage;
      if (outputId !== null && (await this.#isKept(outputId, stageAt))) outputs.add(outputId);
      const merge = branch === null ? null : await this.git.standingMerge(branch);
      if (merge !== null) standing.set(key, merge);
    }
    return { agent, outputs, standing };
  }

  #isKept(outputId: string, since: string): Promise<boolean> {
    return this.#outputs.get(`${outputId} ${since}`, async () => (await this.content.read(outputId)) !== null);
  }
}
