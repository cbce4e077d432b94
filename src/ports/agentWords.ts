import type { KeptWord } from '../core/agents/question';

/** What people said to agents and what still counts: permissions for a story, and messages that wait. */
export interface AgentWords {
  list(): readonly KeptWord[];
  /** Counts at once, and is safe on disk when it resolves. */
  add(word: KeptWord): Promise<void>;
  /** Removes those of a story that are of this kind, or of them those said at these times, and returns them, the oldest first. */
  take(storyKey: string, kind: KeptWord['kind'], at?: readonly string[]): Promise<readonly KeptWord[]>;
}
