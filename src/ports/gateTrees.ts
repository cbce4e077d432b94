import type { Oid } from '../core/story/stage';

export interface GateTreeRequest {
  /** Absolute. */
  readonly folder: string;
  readonly commit: Oid;
  /** Ends git with its filters in the tree; it rejects with the signal's reason then. */
  readonly signal?: AbortSignal;
}

export interface GateTreeLook extends GateTreeRequest {
  /** Which files count: those of the commit alone, which is quicker, or new ones too, which the next gate would find. */
  readonly files: 'tracked' | 'all';
}

/** How a gate left its tree: `asCommit`, or what differs from the commit, in paths with `/`. Ignored files do not count. */
export type TreeState =
  | { kind: 'asCommit' }
  /**
   * `tracked`: files of the commit that are changed or gone; a difference can also be in HEAD, index or new files.
   * `meddled`: what decides how git works in this tree and was changed, by its name in the tree's private git dir; it is
   * as before again, and `tracked` is what git says since.
   */
  | { kind: 'changed'; tracked: string[]; meddled: string[] };

/** Worktrees of Switchyard's own, in which gates run. */
export interface GateTrees {
  /** Makes Switchyard's own worktree `folder` equal `commit` in HEAD, index and files; nothing else is left in it. */
  prepareGateTree(request: GateTreeRequest): Promise<void>;
  /** Compares a prepared tree with its commit; afterwards its index is as it was when it was prepared. */
  lookAtGateTree(request: GateTreeLook): Promise<TreeState>;
  /** As `prepareGateTree`, but keeps ignored files and what is in submodules, so that one gate can build on another. */
  restoreGateTree(request: GateTreeRequest): Promise<void>;
}
