import type { McpServer } from '@agentclientprotocol/sdk';
import type { AgentUsage, SessionStart, TalkEnd, TalkProgress, TurnSoFar } from '../../core/agents/agentTalk';
import type { PermissionAsk } from '../../core/agents/permission';
import type { Transcribe } from '../../core/agents/transcript/transcriptRecord';
import type { Clock } from '../../ports/clock';
import type { SessionWishes } from './approvalMode';
import type { Decision } from './chooseOption';
import type { PastTalk } from './pastTalk';
import type { ProgramLine } from './programLine';
import type { Transcript } from './transcript';

/** How one person's messages reach an agent that is at work. */
export interface AgentMessages {
  /** Those that wait, each once. */
  readonly next: () => readonly { readonly at: string; readonly text: string }[];
  /** Those that were written then are in the run's record as told: they wait no more. */
  readonly told: (at: readonly string[]) => void;
  /** Told how to cut a turn short while there is one, null when it is over. */
  readonly duringTurn: (interrupt: (() => void) | null) => void;
}

/** What was said is in the transcript already. `inTurnMs`: how long the agent has been at its turn. */
export type ToldPast = PastTalk & { readonly transcript: Transcript; readonly inTurnMs: number };

export interface TalkRequest {
  /** Its name, for what is written. */
  readonly agent: string;
  readonly line: ProgramLine;
  /** A talk that is gone on with: nothing of the session is opened, and it is asked nothing that it was asked already. */
  readonly past?: ToldPast;
  /** Absolute. */
  readonly worktree: string;
  /** The session to go on with; null to begin anew. */
  readonly session: string | null;
  /** Why there is none to go on with. */
  readonly coldWhy: string;
  readonly prompts: { readonly cold: string; readonly warm: string };
  readonly wishes: SessionWishes;
  readonly mcpServers: readonly McpServer[];
  readonly messages: AgentMessages;
  readonly ask: (ask: PermissionAsk, signal: AbortSignal) => Promise<Decision>;
  /** `inTurn`: of a talk that is gone on with, which turn is under way, and since how long (ms). */
  readonly onSession: (start: SessionStart, inTurn?: TurnSoFar) => void;
  /** What is read by people. */
  readonly onText: (text: string) => void;
  /** Each thing that is said or done, by itself. */
  readonly transcribe: Transcribe;
  /** How it stands, after each piece of news. */
  readonly onProgress: (progress: TalkProgress) => void;
  /** Each message as it came or went, a line each. */
  readonly onRaw: (direction: 'in' | 'out', line: string) => void;
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

/** The end of the talk; the agent's input is closed then. */
export interface Talked {
  readonly end: TalkEnd;
  readonly usage: AgentUsage;
}
