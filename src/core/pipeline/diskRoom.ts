import { say, type Said } from '../words/said';
import { size } from '../words/sizes';

/** The disk that holds the worktrees has too little room for new work. In bytes; `worktree` is what one takes, null where nobody knows. */
export interface DiskRoom {
  readonly free: number;
  readonly worktree: number | null;
}

/** So much (bytes) is left free on a large disk; on a small one a part of it. */
const LEAST = 300_000_000;
const LEAST_PART = 0.1;
/** New work needs so many times what a worktree takes: it grows while it is built and tested. */
const TIMES = 2;

/** Null where there is room. `total`: of the whole disk. */
export function roomLacking({ free, worktree, total }: DiskRoom & { readonly total: number }): DiskRoom | null {
  const needed = Math.max(Math.min(LEAST, total * LEAST_PART), (worktree ?? 0) * TIMES);
  return free >= needed ? null : { free, worktree };
}

export function sayRoom({ free, worktree }: DiskRoom): Said {
  return worktree === null
    ? say('Waits for disk space: {0} free.', size(free))
    : say('Waits for disk space: {0} free, a worktree takes {1}.', size(free), size(worktree));
}
