import * as z from 'zod/mini';
import { oidSchema } from '../story/stage';
import { asWritten, inEnglish, say, type Said } from '../words/said';

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
  return inEnglish([saySharedChange(change)]);
}

/** The same of several, to be said in any language. In halves: an agent that fetches can make thousands of tags. */
export function saySharedChanges(changes: readonly SharedChange[]): Said {
  const [first, second] = changes;
  if (first === undefined) return asWritten('');
  if (second === undefined) return saySharedChange(first);
  const half = changes.length >> 1;
  return say('{0}; it {1}', saySharedChanges(changes.slice(0, half)), saySharedChanges(changes.slice(half)));
}

function saySharedChange(change: SharedChange): Said {
  switch (change.kind) {
    case 'file':
      return deed(change, fileWords(change));
    case 'ref':
      if (change.before === null) return say('made {0}', change.ref);
      return change.after === null ? say('removed {0}', change.ref) : say('moved {0}', change.ref);
    case 'stash':
      return change.what === 'taken'
        ? say('took "{0}" from the stash', change.message)
        : say('put "{0}" on the stash', change.message);
    default:
      return change satisfies never;
  }
}

function deed({ before, after }: { before: unknown; after: unknown }, what: Said): Said {
  if (before === null) return say('added {0}', what);
  return after === null ? say('removed {0}', what) : say('changed {0}', what);
}

function fileWords({ path, keys }: Extract<SharedChange, { kind: 'file' }>): Said {
  if (path.startsWith('config'))
    return keys.length === 0 ? say("git's settings") : say("git's settings ({0})", keys.join(', '));
  if (path.startsWith('hooks/')) return say('the hook {0}', path.slice('hooks/'.length));
  return asWritten(`.git/${path}`);
}
