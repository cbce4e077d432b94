import * as z from 'zod/mini';
import { STAGE_NAMES } from '../story/stageNames';
import { saidSchema, toldShape } from '../words/saidSchema';

/** What a person decides about files that are too large to be kept without a word. */
const LARGE_FILES = ['refuse', 'keep', 'leaveOut'] as const;

const countsSchema = z.object({
  commits: z.number(),
  staged: z.number(),
  changed: z.number(),
  untracked: z.number(),
});

/** What would become of a story, or of its worktree alone, before anything is done. Branches by their short names. */
export const removalPreviewSchema = z.object({
  key: z.string(),
  number: z.int(),
  title: z.string(),
  stage: z.nullable(z.enum(STAGE_NAMES)),
  /** What is removed; null where it stays or there is none. */
  folder: z.nullable(z.string()),
  branch: z.nullable(z.string()),
  counts: countsSchema,
  /** Bytes that stand in no commit. */
  bytes: z.number(),
  large: z.readonly(z.array(z.object({ path: z.string(), bytes: z.number() }))),
  /** Why it cannot be done, each a sentence that says what helps. */
  obstacles: z.readonly(z.array(saidSchema)),
  /** What stays where it is, and why, each in a sentence. */
  stays: z.readonly(z.array(saidSchema)),
});
export type RemovalPreview = z.infer<typeof removalPreviewSchema>;

/** What became of one story. `message` is a sentence for a person. */
export const removalResultSchema = z.object({
  key: z.string(),
  number: z.int(),
  kind: z.enum(['done', 'refused']),
  ...toldShape,
});
export type RemovalResult = z.infer<typeof removalResultSchema>;

/** How a removal is to be done. */
export const removalWishSchema = z.object({
  keys: z.array(z.string()),
  what: z.enum(['delete', 'purge', 'worktree']),
  large: z.enum(LARGE_FILES),
});
export type RemovalWish = z.infer<typeof removalWishSchema>;

/** A deleted story, or work under a rescue ref, that can be brought back. */
export const keptSchema = z.object({
  /** `story:<key>`, or the rescue ref. */
  id: z.string(),
  kind: z.enum(['story', 'work']),
  number: z.nullable(z.int()),
  title: z.string(),
  /** ISO 8601 in UTC. */
  at: z.string(),
  /** What it holds. */
  holds: saidSchema,
  bytes: z.number(),
  /** The rescue ref and its commit; null for a story that had neither branch nor worktree. */
  ref: z.nullable(z.string()),
  commit: z.nullable(z.string()),
  /** What bringing it back does, in a sentence. */
  restores: saidSchema,
});
export type Kept = z.infer<typeof keptSchema>;

/** The two commits whose difference is what a rescue holds beside commits; `from` null for all files of `to`. */
export const keptFilesSchema = z.object({
  from: z.nullable(z.string()),
  to: z.string(),
  files: z.readonly(z.array(z.string())),
});
export type KeptFiles = z.infer<typeof keptFilesSchema>;
