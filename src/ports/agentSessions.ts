import type { AgentLimit, Attempt, Standing } from '../core/agents/sessions/standing';
import type { AgentSession, SessionKey } from '../core/agents/sessions/agentSession';
import type { LookUp, StartingPoint } from '../core/agents/sessions/lookUp';

/**
 * Conversations that agents can go on with, by story, agent and model. Each record, look-up with its result and prune is
 * logged with `session_store`. A change counts at once and resolves when it is on disk.
 */
export interface AgentSessions {
  list(): readonly AgentSession[];
  /** Whether a start can be warm. Looks only, and logs what it found. */
  lookUp(key: SessionKey, number: number, start: StartingPoint): LookUp;
  /** Puts it in the place of the one with its key. */
  record(session: AgentSession): Promise<void>;
  /** Forgets it; `why` follows `pruned:`. Nothing where there is none. */
  prune(key: SessionKey, why: string): Promise<void>;
  /** Forgets all conversations and attempts of a story; `why` follows `pruned:`. */
  pruneStory(storyKey: string, why: string): Promise<void>;
  /** How runs went and which agents must wait. */
  standings(): readonly Standing[];
  addAttempt(attempt: Attempt): Promise<void>;
  /** Puts it in the place of the agent's last one. */
  putLimit(limit: AgentLimit): Promise<void>;
  endLimit(agent: string): Promise<void>;
}
