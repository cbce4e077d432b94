import * as z from 'zod/mini';
import { oidSchema, refSchema } from '../story/stage';

/**
 * What a merge in a story's worktree began with. It is written before anything there changes, so that a kill at any moment
 * leaves the way back. `aside`: uncommitted work that was taken out of the way, as the trees of index and files, and the
 * rescue ref that keeps it byte for byte.
 */
const markSchema = z.object({
  by: z.enum(['agent', 'person']),
  branch: refSchema,
  before: oidSchema,
  target: oidSchema,
  aside: z.nullable(z.object({ index: oidSchema, files: oidSchema, kept: z.string() })),
});
export type MergeMark = z.infer<typeof markSchema>;

/** What a mark says; null for anything else. */
export function parseMergeMark(text: string): MergeMark | null {
  try {
    const read = markSchema.safeParse(JSON.parse(text));
    return read.success ? read.data : null;
  } catch {
    return null;
  }
}
