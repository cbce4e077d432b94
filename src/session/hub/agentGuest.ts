import type net from 'node:net';
import type { Disposable } from '../../base/disposable';
import type { AgentTools } from '../../core/agents/agentTools';
import type { Log } from '../../ports/log';
import { agentSide, serverSide } from '../../protocol/agentMessages';
import { MessageHandler } from '../../protocol/messageHandler';
import type { Frames } from './frames';
import { FROM_AGENT_LIMIT } from './limits';

/** What a token opens: the tools of one run, until it ends. */
export interface AgentVisit {
  readonly tools: AgentTools;
  /** Called once when the run has ended. */
  onEnd(listener: () => void): Disposable;
}

/** Who tells the tokens of runs from others; null for one that is of no run that is at work. */
export interface AgentVisits {
  enter(token: string): AgentVisit | null;
}

/** A connection of an agent: it can ask for the tools of its own story, and for nothing that a window can. */
export function serveAgent(connection: net.Socket, frames: Frames, visit: AgentVisit, log: Log): Disposable {
  frames.allow(FROM_AGENT_LIMIT);
  const messages = new MessageHandler({
    here: agentSide,
    there: serverSide,
    answers: { requests: visit.tools, notifications: {} },
    transport: frames,
    onProblem: (problem) => log.warn(`[agents] ${problem.slice(0, 300)}`),
  });
  const end = visit.onEnd(() => connection.destroy());
  messages.notify('welcome', null);
  return {
    dispose: () => {
      end.dispose();
      messages.dispose();
    },
  };
}
