import { messageOf } from '../base/messageOf';
import type { AgentProfile } from '../core/agents/profile';
import type { LiveRun, PipelineFacts } from '../core/pipeline/facts';
import type { StoryEvent } from '../core/story/events';
import type { StoryRecord } from '../core/story/story';
import { firstLine } from '../core/words/firstLine';
import type { EnginePorts } from './ports';
import type { StoryBook } from './storyBook';
import { StoryRuns } from './storyRuns';

/** What agents of one kind do, and whom it concerns. */
export interface AgentTask {
  readonly kind: Exclude<LiveRun['kind'], 'gates'>;
  /** What an agent that broke off could not do: `work`, or `merge`. */
  readonly verb: string;
  /** Does one run; what follows from it for the story, null for nothing. */
  readonly perform: (story: StoryRecord, profile: AgentProfile, signal: AbortSignal) => Promise<StoryEvent | null>;
  /** Whether a story, as it is now, still waits for what came of the run that began when it was `begun`. */
  readonly stillWaits: (now: StoryRecord, begun: StoryRecord) => boolean;
}

/** The agents of one kind that are at work, one a story. */
export class AgentRuns {
  readonly runs: StoryRuns;

  constructor(
    private readonly ports: EnginePorts,
    private readonly book: StoryBook,
    private readonly task: AgentTask,
    onEnd: () => void,
  ) {
    this.runs = new StoryRuns({ log: ports.log, stopping: ({ name }) => `[agent] stopping ${name}`, onEnd });
  }

  start(story: StoryRecord, profile: AgentProfile, { now: startedAt }: PipelineFacts): void {
    const { name, role } = profile;
    const live: LiveRun = { kind: this.task.kind, name, role, startedAt, tip: null, progress: null };
    this.runs.begin(story.key, live, (signal) => this.#work(story, profile, signal));
  }

  async #work(story: StoryRecord, profile: AgentProfile, signal: AbortSignal): Promise<void> {
    try {
      const event = await this.task.perform(story, profile, signal);
      if (event !== null) await this.#deliver(story, profile, event, signal);
    } catch (error) {
      const message = messageOf(error);
      const said = `[agent:${story.number}:${profile.name}]`;
      if ((await this.ports.health.blame(error)) !== null) {
        this.ports.log.warn(`${said} waits for the disk: ${message}`);
        return;
      }
      this.ports.log.error(`${said} ${message}`);
      const reason = `${profile.name} could not ${this.task.verb}: ${firstLine(message)}`;
      const look = { tip: null, target: null };
      await this.#deliver(story, profile, { name: 'Block', reason, fix: 'editAgents', outputId: null, look }, signal);
    }
  }

  #deliver(begun: StoryRecord, profile: AgentProfile, event: StoryEvent, signal: AbortSignal): Promise<void> {
    const onlyIf = (now: StoryRecord) => this.task.stillWaits(now, begun);
    return this.book.deliver(begun.key, event, `agent ${profile.name}`, { signal, onlyIf });
  }
}
