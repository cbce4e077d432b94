import { messageOf } from '../base/messageOf';
import type { AgentProfile } from '../core/agents/profile';
import type { LiveRun, PipelineFacts } from '../core/pipeline/facts';
import type { StoryEvent } from '../core/story/events';
import type { StoryRecord } from '../core/story/story';
import { firstLine } from '../core/words/firstLine';
import { CoderWork, type WhatIsKnown } from './coderWork';
import type { EnginePorts } from './ports';
import type { StoryBook } from './storyBook';

interface CoderRun {
  readonly live: LiveRun;
  readonly abort: AbortController;
  ended: Promise<void>;
}

/** The agents at work on stories in Coding. What a run achieved is read from git, not from what the agent says. */
export class CoderRuns {
  readonly #runs = new Map<string, CoderRun>();
  readonly #worker: CoderWork;

  constructor(
    private readonly ports: EnginePorts,
    private readonly book: StoryBook,
    private readonly onChange: () => void,
    knowing: WhatIsKnown,
  ) {
    this.#worker = new CoderWork(ports, knowing);
  }

  live(): [string, LiveRun][] {
    return [...this.#runs].map(([key, run]) => [key, run.live]);
  }

  start(story: StoryRecord, profile: AgentProfile, facts: PipelineFacts): void {
    if (this.#runs.has(story.key)) return;
    const abort = new AbortController();
    const startedAt = facts.now;
    const live: LiveRun = {
      kind: 'coder',
      name: profile.name,
      role: profile.role,
      startedAt,
      tip: null,
      progress: null,
    };
    this.#runs.set(story.key, { live, abort, ended: this.#work(story, profile, abort.signal) });
  }

  isAtWork(key: string): boolean {
    return this.#runs.has(key);
  }

  async stop(key: string, why: string): Promise<void> {
    const run = this.#runs.get(key);
    if (run === undefined) return;
    this.ports.log.info(`[agent] stopping ${run.live.name}: ${why}`);
    run.abort.abort();
    await run.ended;
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#runs.keys()].map((key) => this.stop(key, 'the window closes')));
  }

  async #work(story: StoryRecord, profile: AgentProfile, signal: AbortSignal): Promise<void> {
    await Promise.resolve();
    try {
      const event = await this.#worker.perform(story, profile, signal);
      if (event !== null) await this.#deliver(story, profile, event, signal);
    } catch (error) {
      const message = messageOf(error);
      if ((await this.ports.health.blame(error)) !== null) {
        this.ports.log.warn(`[agent:${story.number}:${profile.name}] waits for the disk: ${message}`);
        return;
      }
      this.ports.log.error(`[agent:${story.number}:${profile.name}] ${message}`);
      const reason = `${profile.name} could not work: ${firstLine(message)}`;
      const look = { tip: null, target: null };
      await this.#deliver(story, profile, { name: 'Block', reason, fix: 'editAgents', outputId: null, look }, signal);
    } finally {
      this.#runs.delete(story.key);
      this.onChange();
    }
  }

  /** What an agent's end means is told only to a story that is still being coded. */
  #deliver(story: StoryRecord, profile: AgentProfile, event: StoryEvent, signal: AbortSignal): Promise<void> {
    const onlyIf = ({ stage }: StoryRecord) => stage.name === 'Coding';
    return this.book.deliver(story.key, event, `agent ${profile.name}`, { signal, onlyIf });
  }
}
