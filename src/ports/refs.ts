import type { Disposable } from '../base/disposable';
import type { LineCommit } from '../core/landing/targetLine';
import type { Landing } from '../core/recovery/landedBefore';
import type { Oid } from '../core/story/stage';

export type RepositoryCheck =
  | {
      kind: 'ready';
      topLevel: string;
      commonDir: string;
      /** `linked`: the folder is in a worktree beside the main one. */
      worktree: 'main' | 'linked';
      /** Tops of the repositories that it is a submodule of, the nearest first. */
      superprojects: readonly string[];
    }
  | { kind: 'notARepository' }
  | { kind: 'bare' }
  | { kind: 'noCommits' }
  | { kind: 'gitTooOld'; found: string }
  | { kind: 'gitMissing' };

export type TargetOutcome =
  | { kind: 'found'; ref: string; tip: Oid }
  /** `wanted` is what was configured or guessed; `branches` are the short names that exist. */
  | { kind: 'missing'; wanted: string; branches: string[] };

/** What a branch follows on a remote (`origin/main`) has `commits` that it lacks; it has `ahead` that those lack. */
export interface Behind {
  readonly upstream: string;
  readonly commits: number;
  readonly ahead: number;
}

export type Identity = { kind: 'known'; name: string; email: string } | { kind: 'missing' };

/** Reading a repository: its refs, commits and settings. Full ref names and full commit ids throughout. */
export interface Refs {
  check(): Promise<RepositoryCheck>;
  /** `configured` is a short branch name, or null for the repository's default branch. */
  findTarget(configured: string | null): Promise<TargetOutcome>;
  /** How far a branch is behind what it follows, as this clone knows; null where it is not. Nothing is fetched. */
  behindUpstream(branch: { readonly ref: string; readonly tip: Oid }): Promise<Behind | null>;
  identity(): Promise<Identity>;
  /** Full commit id of a ref, null where it does not exist. */
  tip(ref: string): Promise<Oid | null>;
  treeOf(commit: Oid): Promise<Oid>;
  /** Commits with which the history of its branches begins; empty where a shallow clone or a graft hides that. */
  roots(): Promise<Oid[]>;
  isAncestor(ancestor: Oid, descendant: Oid): Promise<boolean>;
  /** Commits reachable from `tip` and not from `base`. */
  commitsAhead(base: Oid, tip: Oid): Promise<number>;
  /** Every landing that a commit's history holds by its `Story-Key` trailer, and that of `without` does not; oldest first. */
  landings(tip: Oid, without?: Oid): Promise<Landing[]>;
  /** The newest commits of a branch's own line (first parents), at most `limit`, the newest first. */
  targetLine(tip: Oid, limit: number): Promise<LineCommit[]>;
  /** Contents of a file at a commit, null where it is missing. UTF-8. */
  readFileAt(commit: Oid, path: string): Promise<string | null>;
  /** Every local branch by its full ref name, with its tip. */
  branchTips(): Promise<ReadonlyMap<string, Oid>>;
  /** Calls back soon after any ref or worktree state may have changed. A hint: read again before deciding. */
  watch(onHint: () => void): Disposable;
}
