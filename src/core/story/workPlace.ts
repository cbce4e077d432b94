import type { Oid } from './stage';
import { shortRef } from './names';

/** What stands in the way of working on a story in its worktree; `branch` null for a detached HEAD. */
export type PlaceProblem =
  | { readonly kind: 'elsewhere'; readonly path: string; readonly isMain: boolean }
  | { readonly kind: 'switched'; readonly path: string; readonly branch: string | null; readonly head: Oid | null }
  | { readonly kind: 'gone'; readonly path: string }
  | { readonly kind: 'none' };

interface StoryOnBranch {
  readonly number: number;
  /** Full name of the story's branch. */
  readonly branch: string;
}

/** What stands in the way, and the way out, in sentences for a person. */
export function describePlaceProblem({ number, branch }: StoryOnBranch, problem: PlaceProblem): string {
  const name = shortRef(branch);
  switch (problem.kind) {
    case 'elsewhere': {
      const whose = problem.isMain ? 'your own checkout' : 'a worktree that was not made for this story';
      return `${name} is checked out in ${whose}, ${problem.path}, and #${number} is only worked on in a folder of its own. Switch that folder to another branch, then start #${number} again.`;
    }
    case 'switched': {
      const now = problem.branch === null ? headOf(problem.head) : `was switched to ${shortRef(problem.branch)}`;
      return `The worktree of #${number}, ${problem.path}, ${now} and is not on ${name} any more. Run git switch ${name} there.`;
    }
    case 'gone':
      return `The worktree of #${number} is gone: there is no folder ${problem.path}. ${name} and its commits are still there. Unblock #${number} to have a new one made.`;
    case 'none':
      return `#${number} has no worktree. Unblock it to have one made; ${name} is kept.`;
    default:
      return problem satisfies never;
  }
}

function headOf(head: Oid | null): string {
  return head === null ? 'has nothing checked out' : `is at ${head.slice(0, 8)} without a branch`;
}
