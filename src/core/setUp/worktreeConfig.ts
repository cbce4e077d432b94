import * as z from 'zod/mini';
import { commandSchema } from '../agents/command';

const ignorePattern = z
  .string()
  .check(
    z.refine(
      (text) => text.trim() !== '' && !text.includes('\0') && !text.split(/[\\/]/).includes('..'),
      'Write a pattern as in a .gitignore, such as /.env.',
    ),
  );

/** How a fresh worktree is made ready, as configured. What is left out comes from the settings, or is nothing. */
export const worktreeSchema = z.strictObject({
  /** Run one after another in a fresh worktree, such as `npm ci`. */
  setUp: z.optional(z.array(commandSchema)),
  /** Runs in a worktree before it is removed. */
  tearDown: z.optional(commandSchema),
  /** Files that git ignores and that are copied from the main worktree, as patterns of a `.gitignore`. */
  copy: z.optional(z.array(ignorePattern)),
  /** Whether the commands run in the worktrees of gates as well. */
  gateTrees: z.optional(z.boolean()),
});
export type WorktreeConfig = z.infer<typeof worktreeSchema>;
