import * as z from 'zod/mini';
import { toldShape } from '../words/saidSchema';

const refusedSchema = z.object({ kind: z.literal('refused'), ...toldShape });

/** What came of asking for a story's conflicts to be solved by hand. `folder` is absolute, paths are below it. */
export const resolveOutcomeSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('conflicted'),
    folder: z.string(),
    /** Paths that are still to be settled. */
    files: z.array(z.string()),
    /** Rescue ref of the uncommitted work that was taken out of the way. */
    kept: z.nullable(z.string()),
  }),
  /** The target moved, and git merges it by itself now. Nothing was changed. */
  z.object({ kind: z.literal('noConflict'), ...toldShape }),
  /** Uncommitted work is in the way. Nothing was changed. */
  z.object({ kind: z.literal('dirty'), folder: z.string(), paths: z.array(z.string()) }),
  refusedSchema,
]);
export type ResolveOutcome = z.infer<typeof resolveOutcomeSchema>;

/** `kept`: rescue ref of what had been done about the conflicts; null where nothing had. */
export const takeBackOutcomeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('takenBack'), kept: z.nullable(z.string()) }),
  refusedSchema,
]);
export type TakeBackOutcome = z.infer<typeof takeBackOutcomeSchema>;

/** What becomes of uncommitted work in the story's worktree. */
export const UNCOMMITTED = ['refuse', 'keepAside'] as const;
export type Uncommitted = (typeof UNCOMMITTED)[number];
