import type { StoryRecord } from '../core/story/story';
import { AgentRuns } from './agentRuns';
import { MergemasterWork } from './mergemasterWork';
import type { EnginePorts } from './ports';
import type { StoryBook } from './storyBook';

/** The agents at work on failed merges. */
export class MergemasterRuns {
  /** What came of an attempt is told only to a story that still waits for just that. */
  readonly agents: AgentRuns;
  readonly #worker: MergemasterWork;

  constructor(
    ports: EnginePorts,
    book: StoryBook,
    private readonly onEnd: () => void,
  ) {
    const worker = new MergemasterWork(ports);
    this.#worker = worker;
    this.agents = new AgentRuns(
      ports,
      book,
      {
        kind: 'mergemaster',
        verb: 'merge',
        perform: (...work) => worker.perform(...work),
        goesOn: ({ stage }, { before }) => stage.name === 'MergeFailure' && stage.tip === before,
        stillWaits: ({ stage }, { stage: begun }) =>
          stage.name === 'MergeFailure' && begun.name === 'MergeFailure' && stage.tip === begun.tip,
      },
      onEnd,
    );
  }

  /** Takes away what a merge left that was cut off; nothing happens while an agent is at it. */
  async settle(story: StoryRecord): Promise<void> {
    if (this.agents.runs.isAtWork(story.key)) return;
    await this.#worker.settle(story);
    this.onEnd();
  }
}
