import type { Oid } from '../story/stage';

/** A file as it stands in the git directory; `data` in base64, null where it is too large to be kept. */
export type SharedFile =
  | { readonly kind: 'file'; readonly mode: number; readonly data: string | null; readonly digest: string }
  | { readonly kind: 'link'; readonly to: string };

/** One thing that a run changed in what all worktrees share. Null means: not there. It can be kept as JSON. */
export type SharedChange =
  /** `path` from the common git dir, with `/`; `keys` are the settings that differ, for `config` alone. */
  | {
      readonly kind: 'file';
      readonly path: string;
      readonly before: SharedFile | null;
      readonly after: SharedFile | null;
      readonly keys: readonly string[];
    }
  | { readonly kind: 'ref'; readonly ref: string; readonly before: Oid | null; readonly after: Oid | null }
  /** An entry of the stash, with its message. */
  | { readonly kind: 'stash'; readonly what: 'taken' | 'added'; readonly commit: Oid; readonly message: string };

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
