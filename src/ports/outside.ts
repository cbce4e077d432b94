import type { Oid } from '../core/story/stage';

/** What is to be looked for on the target. */
export interface OutsideRequest {
  /** Full name and tip of the target. */
  readonly ref: string;
  readonly target: Oid;
  /** Where the target was at the last look; null for the first one. */
  readonly since: Oid | null;
  /**
   * Stories that have not landed. `hadWork`: its tip is known to have been ahead of the target. `seen`: where branch and
   * target were when they were seen last; null where that is not known. `parent`: for a child, where its parent's branch is, for
   * what the parent has is not the child's work.
   */
  readonly live: readonly {
    readonly key: string;
    readonly branch: string;
    readonly tip: Oid;
    readonly hadWork: boolean;
    readonly seen: { readonly tip: Oid; readonly target: Oid } | null;
    readonly parent?: Oid | null;
  }[];
  readonly landed: readonly { readonly key: string; readonly commit: Oid; readonly revertedBy: Oid | null }[];
}

/** How the work of a story came to the target without Switchyard. `at` is ISO 8601 in UTC. */
export interface Arrival {
  readonly key: string;
  /** `merged`: its commits themselves; `named`: a commit that names its key; `sameChanges`: the same changes in other commits. */
  readonly how: 'merged' | 'named' | 'sameChanges';
  readonly commit: Oid;
  readonly at: string;
}

export interface OutsideFound {
  readonly arrived: readonly Arrival[];
  /** No longer on the target; `again` is a commit there that names the story all the same. */
  readonly lost: readonly { readonly key: string; readonly again: Arrival | null }[];
  /** `by` is on the target and says that it reverts the landing, or that it reverts what had reverted it. */
  readonly reverted: readonly { readonly key: string; readonly by: Oid }[];
  readonly undone: readonly { readonly key: string; readonly by: Oid }[];
  /** The same of stories that were not asked about; `of` is the commit that `by` reverts, and `key` null where no commit names a story. */
  readonly ofOthers: readonly {
    readonly key: string | null;
    readonly of: Oid;
    readonly by: Oid;
    readonly name: 'Reverted' | 'RevertUndone';
  }[];
}

export interface Outside {
  /** What happened to stories on the target without Switchyard. What one look costs is bounded. */
  lookOutside(request: OutsideRequest): Promise<OutsideFound>;
}
