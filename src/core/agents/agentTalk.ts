import type { TalkLimit } from './talkLimit';

/** How a session with an agent began: going on with the one before, or anew and why. */
export type SessionStart =
  | { readonly mode: 'warm'; readonly sessionId: string }
  /** `why` is one of a few reasons. `lost`: that a session could not be gone on with, and what was said of that. */
  | { readonly mode: 'cold'; readonly sessionId: string; readonly why: string; readonly lost: string | null };

/** Which turn of a run is under way, and how long (ms) it has taken already. */
export interface TurnSoFar {
  readonly turn: number;
  readonly ms: number;
}

/** What an agent used in a run, as it says itself; null where it says nothing. */
export interface AgentUsage {
  readonly turns: number;
  /** Tokens that its conversation holds. */
  readonly tokens: number | null;
  readonly cost: { readonly amount: number; readonly currency: string } | null;
}

/** How a talk stands: the last line that it said, empty before one came, and what it used so far. */
export interface TalkProgress {
  readonly line: string;
  readonly usage: AgentUsage;
}

/** How the talk with an agent ended. What it achieved is git's to say. */
export type TalkEnd =
  /** It said that its turn is over. `reason`: in its own words, where that is out of the ordinary. */
  | { readonly kind: 'done'; readonly reason: string | null }
  | { readonly kind: 'stopped' }
  /** `message` is a sentence for a person. `limit`: of its service, where that was why. `login`: it said that it needs one. */
  | { readonly kind: 'failed'; readonly message: string; readonly limit: TalkLimit | null; readonly login?: 'needed' };
