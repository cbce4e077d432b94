import type { Clock } from '../../ports/clock';
import type { Log } from '../../ports/log';
import { ObjectReader } from './objectReader';
import type { Git, GitResult, RunOptions, StandingCall } from './run';
import type { Verb } from './verbs';

/** What the functions of this folder work on: one repository, found and looked at. */
export interface Repository {
  readonly git: Git;
  readonly log: Log;
  readonly clock: Clock;
  /** Top folder of the work tree that the workspace is in. */
  readonly topLevel: string;
  /** The main work tree where the workspace is in it; null where the workspace is in a linked one. */
  readonly mainTopLevel: string | null;
  /** The git dir that all worktrees share. */
  readonly commonDir: string;
  readonly objectFormat: 'sha1' | 'sha256';
  /** Where objects are read. */
  readonly objects: ObjectReader;
}

/** What is known of a repository before it is looked into. */
export type Place = Pick<Repository, 'topLevel' | 'mainTopLevel' | 'commonDir' | 'objectFormat'>;

/** A repository that was found. Its object reader is to be disposed of. */
export function repositoryAt(place: Place, around: Pick<Repository, 'git' | 'log' | 'clock'>): Repository {
  const { git, clock } = around;
  const { commonDir } = place;
  const open = (): StandingCall =>
    git.stand('cat-file', ['--batch-command', '-z'], { cwd: commonDir, env: { GIT_DIR: commonDir } });
  return { ...around, ...place, objects: new ObjectReader({ open, commonDir, clock }) };
}

/** The same repository, whose git calls end with all that they have started once nobody wants what they are for. */
export function wantedUntil(repository: Repository, signal: AbortSignal | undefined): Repository {
  if (signal === undefined) return repository;
  const { git } = repository;
  return {
    ...repository,
    git: {
      ...git,
      run: (verb, args, options) => git.run(verb, args, { ...options, signal: options.signal ?? signal }),
      runInOwnTree: (tree, verb, args, options) =>
        git.runInOwnTree(tree, verb, args, { ...options, signal: options?.signal ?? signal }),
    },
  };
}

/**
 * Runs git on the repository alone. It runs in the common git dir, so that no checkout, no attribute file and no
 * missing work tree can change the answer.
 */
export function runBare(
  repository: Repository,
  verb: Verb,
  args: readonly string[],
  options: Omit<RunOptions, 'cwd'> = {},
): Promise<GitResult> {
  const { git, commonDir } = repository;
  return git.run(verb, args, { ...options, cwd: commonDir, env: { GIT_DIR: commonDir, ...options.env } });
}
