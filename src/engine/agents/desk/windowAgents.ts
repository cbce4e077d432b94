import { realpath } from 'node:fs/promises';
import type { McpServerCommand } from '../../../core/agents/mcpServer';
import type { StoryRecord } from '../../../core/story/story';
import type { AgentAtWork, AgentPass } from '../../../ports/agentAccess';
import type { Worktrees } from '../../../ports/worktrees';
import type { ChangeOutcome } from '../../stories/storyBook';

interface WindowAgentsPorts {
  readonly git: Pick<Worktrees, 'worktrees'>;
  readonly letIn: (run: AgentAtWork) => Promise<AgentPass>;
  readonly stories: () => readonly StoryRecord[];
  /** Whether a run of ours works on the story: then nobody else does. */
  readonly isAtWork: (key: string) => boolean;
  readonly readyForQa: (key: string) => Promise<ChangeOutcome>;
  readonly say: (story: StoryRecord, text: string) => void;
}

/** VS Code's own agents in windows on worktrees of stories: one way in for each story that a person codes there. */
export class WindowAgents {
  readonly #passes = new Map<string, Promise<AgentPass>>();

  constructor(private readonly ports: WindowAgentsPorts) {}

  /** The server for the story in Coding whose worktree is this folder (absolute); null where there is none, or an agent is at work. */
  async serverFor(folder: string): Promise<McpServerCommand | null> {
    const story = await this.#storyIn(folder);
    if (story === null || this.ports.isAtWork(story.key)) return null;
    const pass = this.#passes.get(story.key) ?? this.#open(story);
    this.#passes.set(story.key, pass);
    // What kept it from being opened is over one day.
    pass.catch(() => this.#passes.delete(story.key));
    return (await pass).server;
  }

  async close(): Promise<void> {
    for (const pass of this.#passes.values()) {
      // One that could not be opened lets nobody in.
      await pass.then((open) => open.end(), () => undefined); // prettier-ignore
    }
  }

  async #storyIn(folder: string): Promise<StoryRecord | null> {
    const coding = this.ports.stories().filter(({ stage }) => stage.name === 'Coding');
    if (coding.length === 0) return null;
    const place = await realpath(folder).catch(() => folder);
    for (const { path, branch } of await this.ports.git.worktrees()) {
      if (branch === null || (await realpath(path).catch(() => path)) !== place) continue;
      return coding.find((story) => story.branch === branch) ?? null;
    }
    return null;
  }

  #open(story: StoryRecord): Promise<AgentPass> {
    const { key, number } = story;
    return this.ports.letIn({
      runId: `window-${key}`,
      story: { key, number },
      agent: 'VS Code',
      say: (text) => this.ports.say(story, text),
      finished: async () => {
        // Whoever else began meanwhile is not stopped by it.
        if (this.ports.isAtWork(key)) return { kind: 'refused', text: `An agent is at work on #${number} now.` };
        const moved = await this.ports.readyForQa(key);
        if (moved.kind === 'refused') return { kind: 'refused', text: moved.message };
        return { kind: 'done', text: 'Its gates run now, and decide whether it lands. Change nothing more here.' };
      },
    });
  }
}
