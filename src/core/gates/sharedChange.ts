import * as z from 'zod/mini';
import { oidSchema } from '../story/stage';

/** A file as it stands in the git directory; `data` in base64, null where it is too large to be kept. */
const sharedFileSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('file'), mode: z.int(), data: z.nullable(z.string()), digest: z.string() }),
  z.object({ kind: z.literal('link'), to: z.string() }),
]);
export type SharedFile = Readonly<z.infer<typeof sharedFileSchema>>;

/** One thing that a run changed in what all worktrees share. Null means: not there. It can be kept as JSON. */
export const sharedChangeSchema = z.discriminatedUnion('kind', [
  /** `path` from the common git dir, with `/`; `keys` are the settings that differ, for `config` alone. */
  z.object({
    kind: z.literal('file'),
    path: z.string(),
    before: z.nullable(sharedFileSchema),
    after: z.nullable(sharedFileSchema),
    keys: z.readonly(z.array(z.string())),
  }),
  z.object({
    kind: z.literal('ref'),
    ref: z.string(),
    before: z.nullable(oidSchema),
    after: z.nullable(oidSchema),
  }),
  /** An entry of the stash, with its message. */
  z.object({
    kind: z.literal('stash'),
    what: z.enum(['taken', 'added']),
    commit: oidSchema,
    message: z.string(),
  }),
]);
export type SharedChange = Readonly<z.infer<typeof sharedChangeSchema>>;

/** What `git submodule` notes down in the settings is put back without a word. */
export function isWorthTelling(change: SharedChange): boolean {
  return change.kind !== 'file' || !change.path.startsWith('config') || change.keys.length > 0;
}

/** What happened, in words that follow `It`, such as `changed the hook pre-commit`. */
export function describeSharedChange(change: SharedChange): string {
  switch (change.kind) {
    case 'file':
      return `${deed(change)} ${fileWords(change)}`;
    case 'ref':
      return `${change.before === null ? 'made' : change.after === null ? 'removed' : 'moved'} ${change.ref}`;
    case 'stash':
      return change.what === 'taken'
        ? `took "${change.message}" from the stash`
        : `put "${change.message}" on the stash`;
    default:
      return change satisfies never;
  }
}

function deed({ before, after }: { before: unknown; after: unknown }): string {
  if (before === null) return 'added';
  return after === null ? 'removed' : 'changed';
}

function fileWords({ path, keys }: Extract<SharedChange, { kind: 'file' }>): string {
  if (path.startsWith('config')) return `git's settings${keys.length === 0 ? '' : ` (${keys.join(', ')})`}`;
  if (path.startsWith('hooks/')) return `the hook ${path.slice('hooks/'.length)}`;
  return `.git/${path}`;
}
