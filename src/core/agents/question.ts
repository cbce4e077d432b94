import type { PermissionRule } from './permission';

/** What an agent that is at work waits for a person to say. Times in ms since 1970. */
export interface AgentQuestion {
  readonly id: string;
  /** ``run `npm install` ``: goes on behind "asks to". */
  readonly text: string;
  /** What "for this story" would allow; null where it may be allowed once alone. */
  readonly forStory: string | null;
  readonly askedAt: number;
  /** It is denied by itself then. */
  readonly deniedAt: number;
}

/** Permissions for stories, and what people wrote to agents, as they are kept. Times are ISO 8601 in UTC. */
export type KeptWord =
  | { readonly kind: 'rule'; readonly storyKey: string; readonly at: string; readonly rule: PermissionRule }
  | { readonly kind: 'message'; readonly storyKey: string; readonly at: string; readonly text: string };
