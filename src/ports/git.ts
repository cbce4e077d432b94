import type { Disposable } from '../base/disposable';
import type { Candidates } from './candidates';
import type { GitCalls } from './gitCalls';
import type { GateTrees } from './gateTrees';
import type { Locks } from './locks';
import type { StoryMerges } from './merging';
import type { GitExam } from './gitExam';
import type { Receipts } from './receipts';
import type { Upstreams } from './remotes';
import type { Radar } from './radar';
import type { Outside } from './outside';
import type { Refs } from './refs';
import type { Rescues } from './rescue';
import type { Restacking } from './restacking';
import type { Reverts } from './reverts';
import type { ReviewGit } from './reviewGit';
import type { RunGuard } from './runGuard';
import type { SharedGitDir } from './sharedGitDir';
import type { Trials } from './trials';
import type { Worktrees } from './worktrees';

/** Everything the engine asks of git. Whoever needs a part of it names that part. Disposing of it ends what still runs for it. */
export type GitPort = Refs &
  Worktrees &
  Candidates &
  Reverts &
  Restacking &
  ReviewGit &
  GateTrees &
  Trials &
  SharedGitDir &
  RunGuard &
  Rescues &
  Receipts &
  Outside &
  Upstreams &
  StoryMerges &
  GitCalls &
  Locks &
  GitExam &
  Radar &
  Disposable;
