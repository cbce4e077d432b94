import type { AgentSession } from './agentSession';

/** How an agent is about to be started. */
export interface StartingPoint {
  readonly transport: AgentSession['transport'];
  readonly worktree: string;
  /** Hash of how it is started. */
  readonly profile: string;
  /** Whether it can go on with a conversation at all. */
  readonly canResume: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * Why a start is cold, one of a few texts: they are counted.
 * Each follows `cold, because `.
 */
export const COLD_CAUSES = {
  cannotResume: 'a command line starts afresh',
  none: 'there is no conversation yet',
  dead: 'the conversation is lost',
  otherTransport: 'the agent was reached in another way',
  otherWorktree: 'the worktree is another one',
  otherProfile: 'the agent is started in another way now',
  fresh: 'a person asked for a fresh start',
  failed: 'the conversation could not be gone on with',
} as const;
export type ColdCause = keyof typeof COLD_CAUSES;

/** Whether a start can be warm. `notYet`: it can from `at` (ms since 1970) on. */
export type LookUp =
  | { readonly kind: 'warm'; readonly session: AgentSession }
  | { readonly kind: 'notYet'; readonly session: AgentSession; readonly at: number }
  | { readonly kind: 'cold'; readonly cause: ColdCause };

/**
 * A conversation that was live when its run was last heard of was cut off: it can be gone on with, since only one run is at
 * work on a story.
 */
export function judgeSession(session: AgentSession | null, start: StartingPoint): LookUp {
  if (!start.canResume) return cold('cannotResume');
  if (session === null) return cold('none');
  if (session.state.kind === 'dead') return cold(session.state.cause ?? 'dead');
  if (session.transport !== start.transport) return cold('otherTransport');
  if (session.worktree !== start.worktree) return cold('otherWorktree');
  if (session.profile !== start.profile) return cold('otherProfile');
  const at = session.loadableFrom === null ? 0 : Date.parse(session.loadableFrom);
  return at > start.now ? { kind: 'notYet', session, at } : { kind: 'warm', session };
}

function cold(cause: ColdCause): LookUp {
  return { kind: 'cold', cause };
}

/** What a look-up found, as the log says it. */
export function describeLookUp(found: LookUp): string {
  switch (found.kind) {
    case 'warm':
      return `warm session_id=${found.session.id}`;
    case 'notYet':
      return `session_id=${found.session.id}, not before ${new Date(found.at).toISOString()}`;
    case 'cold':
      return `cold, because ${COLD_CAUSES[found.cause]}`;
    default:
      return found satisfies never;
  }
}
