import { messageOf } from '../base/messageOf';
import type { AgentProfile } from '../core/agents/profile';
import type { LiveRun, PipelineFacts } from '../core/pipeline/facts';
import type { StoryEvent } from '../core/story/events';
import type { StoryRecord } from '../core/story/story';
import { firstLine } from '../core/words/firstLine';
import { MergemasterWork } from './mergemasterWork';
import type { EnginePorts } from './ports';
import type { StoryBook } from './storyBook';

interface MergemasterRun {
  readonly live: LiveRun;
  readonly abort: AbortController;
  readonly ended: Promise<void>;
}

/** The agents at work on failed merges. */
export class MergemasterRuns {
  readonly #runs = new Map<string, MergemasterRun>();
  readonly #worker: MergemasterWork;

  constructor(
    private readonly ports: EnginePorts,
    private readonly book: StoryBook,
    private readonly onEnd: () => void,
  ) {
    this.#worker = new MergemasterWork(ports);
  }

  live(): [string, LiveRun][] {
    return [...this.#runs].map(([key, run]) => [key, run.live]);
  }

  start(story: StoryRecord, profile: AgentProfile, { now: startedAt }: PipelineFacts): void {
    if (this.#runs.has(story.key)) return;
    const abort = new AbortController();
    const { name, role } = profile;
    const live: LiveRun = { kind: 'mergemaster', name, role, startedAt, tip: null, progress: null };
    this.#runs.set(story.key, { live, abort, ended: this.#work(story, profile, abort.signal) });
  }

  isAtWork(key: string): boolean {
    return this.#runs.has(key);
  }

  /** Takes away what a merge left that was cut off; nothing happens while an agent is at it. */
  async settle(story: StoryRecord): Promise<void> {
    if (this.#runs.has(story.key)) return;
    await this.#worker.settle(story);
    this.onEnd();
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
      const said = `[agent:${story.number}:${profile.name}]`;
      if ((await this.ports.health.blame(error)) !== null) {
        this.ports.log.warn(`${said} waits for the disk: ${message}`);
        return;
      }
      this.ports.log.error(`${said} ${message}`);
      const reason = `${profile.name} could not merge: ${firstLine(message)}`;
      const look = { tip: null, target: null };
      await this.#deliver(story, profile, { name: 'Block', reason, fix: 'editAgents', outputId: null, look }, signal);
    } finally {
      this.#runs.delete(story.key);
      this.onEnd();
    }
  }

  /** What came of an attempt is told only to a story that still waits for just that. */
  #deliver(story: StoryRecord, profile: AgentProfile, event: StoryEvent, signal: AbortSignal): Promise<void> {
    const { stage: begun } = story;
    const onlyIf = ({ stage }: StoryRecord) =>
      stage.name === 'MergeFailure' && begun.name === 'MergeFailure' && stage.tip === begun.tip;
    return this.book.deliver(story.key, event, `agent ${profile.name}`, { signal, onlyIf });
  }
}
