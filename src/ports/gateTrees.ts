import type { Oid } from '../core/story/stage';

/** Worktrees of Switchyard's own, in which gates run. */
export interface GateTrees {
  /** Makes Switchyard's own worktree `folder` equal `commit` in HEAD, index and files; nothing else is left in it. */
  prepareGateTree(request: { folder: string; commit: Oid }): Promise<void>;
  /** As `prepareGateTree`, but keeps ignored files, so that one gate can build on another. */
  restoreGateTree(request: { folder: string; commit: Oid }): Promise<void>;
}
