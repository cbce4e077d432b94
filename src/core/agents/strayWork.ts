import type { SharedChange } from '../gates/sharedChange';
import type { Oid } from '../story/stage';

/** A branch that a run made or moved beside its story's. */
export interface BranchElsewhere {
  readonly ref: string;
  readonly tip: Oid;
}

/** Branches that a run made or moved and that may hold its work; `known` are those that it cannot be on. */
export function workElsewhere(changes: readonly SharedChange[], known: readonly string[]): BranchElsewhere[] {
  return changes.flatMap((change) => {
    if (change.kind !== 'ref' || change.after === null || !change.ref.startsWith('refs/heads/')) return [];
    return known.includes(change.ref) ? [] : [{ ref: change.ref, tip: change.after }];
  });
}

/** Branches and tags are a person's; what agents and fetches note down elsewhere (notes, remotes, refs/kilo) is not. */
const PEOPLES_REFS = ['refs/heads/', 'refs/tags/'];

/**
 * Whether a change needs no person: a stash entry that was put back, a branch whose work the story's branch has, and refs
 * outside people's own. `tip` is the story's.
 */
export function isOfNobodysConcern(change: SharedChange, tip: Oid | null): boolean {
  switch (change.kind) {
    case 'stash':
      return change.what === 'taken';
    case 'ref': {
      const { ref, before, after } = change;
      if (!PEOPLES_REFS.some((prefix) => ref.startsWith(prefix))) return true;
      return before === null && after === tip;
    }
    case 'file':
      return change.path.startsWith('config') && change.keys.length === 0;
    default:
      return change satisfies never;
  }
}
