import type { Oid } from './stage';
import { shortRef } from './names';
import { inEnglish, say, type Said } from '../words/said';

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
export function describePlaceProblem(story: StoryOnBranch, problem: PlaceProblem): string {
  return inEnglish([sayPlaceProblem(story, problem)]);
}

/** The same, to be said in any language. */
export function sayPlaceProblem({ number, branch }: StoryOnBranch, problem: PlaceProblem): Said {
  const name = shortRef(branch);
  switch (problem.kind) {
    case 'elsewhere': {
      const where = problem.isMain
        ? '{0} is checked out in your own checkout, {1}, and #{2} is only worked on in a folder of its own. Switch that folder to another branch, then start #{2} again.'
        : '{0} is checked out in a worktree that was not made for this story, {1}, and #{2} is only worked on in a folder of its own. Switch that folder to another branch, then start #{2} again.';
      return say(where, name, problem.path, number);
    }
    case 'switched': {
      if (problem.branch !== null)
        return say('The worktree of #{0}, {1}, was switched to {2} and is not on {3} any more. Run git switch {3} there.', number, problem.path, shortRef(problem.branch), name); // prettier-ignore
      if (problem.head === null)
        return say('The worktree of #{0}, {1}, has nothing checked out and is not on {2} any more. Run git switch {2} there.', number, problem.path, name); // prettier-ignore
      return say('The worktree of #{0}, {1}, is at {2} without a branch and is not on {3} any more. Run git switch {3} there.', number, problem.path, problem.head.slice(0, 8), name); // prettier-ignore
    }
    case 'gone':
      return say('The worktree of #{0} is gone: there is no folder {1}. {2} and its commits are still there. Unblock #{0} to have a new one made.', number, problem.path, name); // prettier-ignore
    case 'none':
      return say('#{0} has no worktree. Unblock it to have one made; {1} is kept.', number, name);
    default:
      return problem satisfies never;
  }
}
