import * as z from 'zod/mini';
import { oidSchema, refSchema } from './stage';

const markSchema = z.object({ branch: refSchema, from: oidSchema, to: oidSchema });

/** That a branch is being moved from one commit to another, as it is written beside its worktree. */
export type RestackMark = z.infer<typeof markSchema>;

/** Null where it cannot be read. */
export function parseRestackMark(text: string): RestackMark | null {
  try {
    return markSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
