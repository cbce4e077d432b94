import type { AgentTools, ToolAnswer } from '../core/agents/agentTools';
import type { McpServerCommand } from '../core/agents/mcpServer';
import type { ReviewVerdict } from '../core/agents/review';
import type { Oid } from '../core/story/stage';

/** One run of an agent on a story, as what it asks of Switchyard is done for it. */
export interface AgentAtWork {
  readonly runId: string;
  readonly story: { readonly key: string; readonly number: number };
  readonly agent: string;
  /** Into its output, as plain text. */
  readonly say: (text: string) => void;
  /** It says that the work is complete, with its branch's tip at this commit. The answer is what it is told. */
  readonly finished: (tip: Oid) => Promise<ToolAnswer>;
  /** It says what it makes of the commit that it reviews; left out for a run that reviews nothing. */
  readonly verdict?: (verdict: ReviewVerdict) => Promise<ToolAnswer>;
  /** By which it is known that it is the one who says that, and not code that it runs. */
  readonly word?: string;
}

/** How one run of an agent reaches Switchyard: a server of its own, with a token that is good for its story alone. */
export interface AgentPass {
  /** For agents that are told of servers by a protocol, such as ACP: `asAcpServer` gives its shape. */
  readonly server: McpServerCommand;
  /** For agents that run as a command line: variables of its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** For the placeholders of a command line; paths are absolute, and outside every worktree. */
  readonly placeholders: McpPlaceholders;
  /** From now on the token is good for nothing, and its files are gone. Never rejects. */
  end(): Promise<void>;
}

/** Configuration files in the two forms that agents take, and the value of codex's `-c`. */
export interface McpPlaceholders {
  readonly mcpConfig: string;
  readonly opencodeConfig: string;
  readonly codexMcp: string;
}

export interface AgentAccess {
  /** Lets a run in. A run that outlived the window that began it gets the token it had. */
  open(runId: string, tools: AgentTools, reviews: boolean): Promise<AgentPass>;
  /** Keeps what a run said of its work, for whoever goes on with the run; gone when its pass ends. */
  remember(runId: string, said: string): Promise<void>;
  /** Empty where it has said nothing. */
  remembered(runId: string): Promise<string>;
}
