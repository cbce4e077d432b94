import { messageOf } from '../../base/messageOf';
import type { AgentProfile } from '../../core/agents/profile';
import type { RunMemory } from '../../core/agents/runMemory';
import type { LiveRun, PipelineFacts } from '../../core/pipeline/facts';
import type { StoryEvent } from '../../core/story/events';
import type { StoryRecord } from '../../core/story/story';
import { firstLine } from '../../core/words/firstLine';
import type { EnginePorts } from '../ports';
import type { StoryBook } from '../stories/storyBook';
import { keepPastRun } from './pastRuns';
import { RunLeft } from './run/runLeft';
import { forgetRuns } from './keptAgents';
import { isWindowClosing, StoryRuns } from '../storyRuns';
import type { EarlierWork } from './work';

/** What agents of one kind do, and whom it concerns. */
export interface AgentTask {
  readonly kind: RunMemory['kind'];
  /** What an agent that broke off could not do: `work`, or `merge`. */
  readonly verb: string;
  /** Does the work, or goes on with what was begun; what follows from it for the story, null for nothing. */
  readonly perform: (
    story: StoryRecord,
    profile: AgentProfile,
    signal: AbortSignal,
    earlier: EarlierWork | null,
  ) => Promise<StoryEvent | null>;
  /** Whether a story waits for what comes of a run that an earlier process began. */
  readonly goesOn: (story: StoryRecord, memory: RunMemory) => boolean;
  /** Whether a story, as it is now, still waits for what came of the run that began when it was `begun`. */
  readonly stillWaits: (now: StoryRecord, begun: StoryRecord) => boolean;
}

/** Work on a story as it was then, in ms since 1970. */
interface Begun {
  readonly story: StoryRecord;
  readonly profile: AgentProfile;
  readonly since: number;
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
    this.#begin(story, profile, startedAt, null);
  }

  /** Goes on with what an earlier process began. False where the story does not wait for it any more. */
  async goOn(story: StoryRecord, runs: readonly string[], memory: RunMemory): Promise<boolean> {
    const isSameStay = Date.parse(story.stageAt) <= memory.beganAt && story.branch === memory.branch;
    if (!isSameStay || !this.task.goesOn(story, memory)) return false;
    const { watchId: id, worktree: folder, branch, target } = memory;
    const mayMove = this.task.kind === 'reviewer' ? [] : [branch];
    const request = { id, folder, mayMove, target: target?.ref ?? null };
    const watch = await this.ports.git.resumeWatch(request, memory.watch);
    this.#begin(story, memory.profile, memory.beganAt, { runs, memory, watch });
    return true;
  }

  #begin(story: StoryRecord, profile: AgentProfile, startedAt: number, earlier: EarlierWork | null): void {
    const { name, role } = profile;
    const tip = story.stage.name === 'QA' ? story.stage.tip : null;
    const live: LiveRun = { kind: this.task.kind, name, role, startedAt, tip, progress: null };
    this.runs.begin(story.key, live, (signal) => this.#work({ story, profile, since: startedAt }, signal, earlier));
  }

  /** What was kept of the runs goes once the story knows what came of them, or nobody waits for it. */
  async #work(begun: Begun, signal: AbortSignal, earlier: EarlierWork | null): Promise<void> {
    if ((await this.#perform(begun, signal, earlier)) === 'over' && !isWindowClosing(signal))
      await forgetRuns(this.ports, (memory) => memory.kind === this.task.kind && memory.key === begun.story.key);
  }

  async #perform(
    { story, profile, since }: Begun,
    signal: AbortSignal,
    earlier: EarlierWork | null,
  ): Promise<'over' | 'left'> {
    try {
      const event = await this.task.perform(story, profile, signal, earlier);
      await keepPastRun(this.ports, {
        story,
        profile,
        role: this.task.kind,
        since,
        event,
        given: earlier?.memory.text,
      });
      if (event !== null) await this.#deliver(story, profile, event, signal);
    } catch (error) {
      if (error instanceof RunLeft) return 'left';
      const message = messageOf(error);
      const said = `[agent:${story.number}:${profile.name}]`;
      if ((await this.ports.health.blame(error)) !== null) {
        this.ports.log.warn(`${said} waits for the disk: ${message}`);
        return 'over';
      }
      this.ports.log.error(`${said} ${message}`);
      const reason = `${profile.name} could not ${this.task.verb}: ${firstLine(message)}`;
      const look = { tip: null, target: null };
      await this.#deliver(story, profile, { name: 'Block', reason, fix: 'editAgents', outputId: null, look }, signal);
    }
    return 'over';
  }

  #deliver(begun: StoryRecord, profile: AgentProfile, event: StoryEvent, signal: AbortSignal): Promise<void> {
    const onlyIf = (now: StoryRecord) => this.task.stillWaits(now, begun);
    return this.book.deliver(begun.key, event, `agent ${profile.name}`, { signal, onlyIf });
  }
}
