import { mergeStrikes } from '../../core/story/advance';
import type { StoryRecord } from '../../core/story/story';
import { messageOf } from '../../base/messageOf';
import { AgentRuns } from './agentRuns';
import type { BesideRounds } from '../besideRounds';
import { MergemasterWork } from './mergemasterWork';
import { NotYet } from '../notYet';
import type { EnginePorts } from '../ports';
import type { StoryBook } from '../stories/storyBook';

/** What could not be taken back is tried again after so long (ms). */
const AGAIN_MS = 10_000;

/** The agents at work on failed merges. */
export class MergemasterRuns {
  /** What came of an attempt is told only to a story that still waits for just that. */
  readonly agents: AgentRuns;
  readonly #worker: MergemasterWork;
  /** Stories with which that did not work just now. */
  readonly #notYet: NotYet;

  constructor(
    private readonly ports: EnginePorts,
    book: StoryBook,
    private readonly beside: BesideRounds,
    onEnd: () => void,
  ) {
    this.#notYet = new NotYet(ports.clock, AGAIN_MS, onEnd);
    const worker = new MergemasterWork(ports);
    this.#worker = worker;
    this.agents = new AgentRuns(
      ports,
      book,
      {
        kind: 'mergemaster',
        verb: 'merge',
        perform: (...work) => worker.perform(...work),
        // What is counted already was judged by a window that died then.
        goesOn: (story, { before, beganAt }) =>
          story.stage.name === 'MergeFailure' &&
          story.stage.tip === before &&
          mergeStrikes(story).every(({ at }) => Date.parse(at) < beganAt),
        stillWaits: ({ stage }, { stage: begun }) =>
          stage.name === 'MergeFailure' && begun.name === 'MergeFailure' && stage.tip === begun.tip,
      },
      onEnd,
    );
  }

  /** Takes away what a merge left that was cut off; nothing happens while an agent is at it. */
  settle(story: StoryRecord): void {
    const { key, number } = story;
    if (this.agents.runs.isAtWork(key) || this.#notYet.has(key)) return;
    this.beside.begin(
      key,
      () => this.#worker.settle(story),
      (error) => {
        this.ports.log.error(`[merge:#${number}] what is left of a merge is not taken back: ${messageOf(error)}`);
        this.#notYet.add(key);
      },
    );
  }
}
