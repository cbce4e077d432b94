import type { McpServerCommand } from '../../../core/agents/mcpServer';
import type { BoardModel } from '../../../core/board/boardModel';
import type { TargetFacts } from '../../../core/pipeline/facts';
import type { AgentAccess, AgentAtWork, AgentPass } from '../../../ports/agentAccess';
import { letInWithMemory } from './letInWithMemory';
import type { EnginePorts } from '../../ports';
import type { ChangeOutcome, StoryBook } from '../../stories/storyBook';
import type { WindowAgents } from './windowAgents';
import { type Refusal } from '../../../core/words/said';

interface DoorParts {
  readonly book: StoryBook;
  readonly target: () => Promise<TargetFacts>;
  readonly board: () => BoardModel | null;
  /** Why nothing of the story is changed before a person has looked at it; null where nothing stands against it. */
  readonly held: (key: string) => Refusal | null;
  readonly isAtWork: (key: string) => boolean;
  readonly readyForQa: (key: string) => Promise<ChangeOutcome>;
}

/** How agents reach their stories: those that Switchyard runs, and VS Code's own. Each gets the tools of its one story. */
export class AgentDoor {
  /** Lets a run of an agent in; null where there is no way in. */
  readonly letIn: ((run: AgentAtWork) => Promise<AgentPass>) | null;
  readonly #open: ((run: AgentAtWork) => Promise<AgentPass>) | null;
  /** VS Code's own agents; null before a window has asked for them. */
  #windowAgents: Promise<WindowAgents> | null = null;

  constructor(
    private readonly ports: EnginePorts,
    private readonly parts: DoorParts,
  ) {
    const { access } = ports;
    const open = access === undefined ? null : (run: AgentAtWork) => this.#letIn(access, run);
    this.#open = open;
    this.letIn = access === undefined || open === null ? null : (run) => letInWithMemory(access, open, run);
  }

  /** The server by which VS Code's own agent reaches the story whose worktree this folder (absolute) is; null for none. */
  async serverFor(folder: string): Promise<McpServerCommand | null> {
    if (this.#open === null) return null;
    this.#windowAgents ??= this.#makeWindowAgents(this.#open);
    return (await this.#windowAgents).serverFor(folder);
  }

  async close(): Promise<void> {
    await (await this.#windowAgents)?.close();
  }

  async #letIn(access: AgentAccess, run: AgentAtWork): Promise<AgentPass> {
    const { AgentDesk } = await import('./agentDesk');
    const { git, store, content, clock } = this.ports;
    const { book, target, board, held } = this.parts;
    return access.open(
      run.runId,
      new AgentDesk({ git, store, content, clock, book, target, board, held }).toolsFor(run),
      run.verdict !== undefined,
    );
  }

  /** Loaded when a window asks for it. */
  async #makeWindowAgents(letIn: (run: AgentAtWork) => Promise<AgentPass>): Promise<WindowAgents> {
    const { WindowAgents: Agents } = await import('./windowAgents');
    const { git, store, onOutput } = this.ports;
    return new Agents({
      git,
      letIn,
      stories: () => store.stories(),
      isAtWork: this.parts.isAtWork,
      readyForQa: this.parts.readyForQa,
      say: onOutput,
    });
  }
}
