import * as z from 'zod/mini';
import { RUN_ROLES } from '../pipeline/roles';
import { oidSchema, refSchema } from '../story/stage';
import { agentProfileSchema } from './profile';

/**
 * What has to be known of an agent's run to go on with it in another process.
 *
 * - `step` is what the run is for, in the words of who asked for it; what it is told has been told.
 * - `before` is the branch's tip, and `stash` the stash, when work on the story began; `beganAt` (ms since 1970) is when.
 * - `watch` is what was noted of everything else then, and `watchId` what its notes are named after.
 * - `told` names, by when it was written, each message of a person's that it was given.
 * - `word` is the one by which an agent that reviews says its verdict, `text` the hash of what it was given to review.
 */
export const runMemorySchema = z.object({
  kind: z.enum(RUN_ROLES),
  step: z.string(),
  key: z.string(),
  number: z.int(),
  profile: agentProfileSchema,
  branch: refSchema,
  worktree: z.string(),
  before: oidSchema,
  target: z.nullable(z.object({ ref: refSchema, tip: oidSchema })),
  stash: z.array(oidSchema),
  told: z.exactOptional(z.array(z.string())),
  watchId: z.string(),
  word: z.exactOptional(z.string()),
  text: z.exactOptional(z.string()),
  watch: z.string(),
  beganAt: z.number(),
});
export type RunMemory = z.infer<typeof runMemorySchema>;

/** Null for what is none, such as that of another version. */
export function readRunMemory(about: unknown): RunMemory | null {
  const read = runMemorySchema.safeParse(about);
  return read.success ? read.data : null;
}
