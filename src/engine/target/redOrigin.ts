import type { BaseVerdict } from '../../core/landing/baseVerdict';
import type { Oid } from '../../core/story/stage';
import type { StoryRecord } from '../../core/story/story';
import type { ReviewGit } from '../../ports/reviewGit';

/** Whose red it is that a story's own gates are. */
export type RedOrigin =
  | { readonly kind: 'story' }
  /** The target is red as well, where the story began and at its tip: nothing is proven about the story. */
  | { readonly kind: 'target' }
  /** It began where the target was red; that is so no more, and the story has not got what repaired it. */
  | { readonly kind: 'repaired' };

interface OriginPorts {
  readonly git: Pick<ReviewGit, 'mergeBase'>;
  /** Whether the gate that is red is red on a commit of the target. */
  readonly judge: (commit: Oid) => Promise<BaseVerdict>;
}

/** One that was made to repair the target is told of its red whatever the target is. */
export async function originOfRed(
  { git, judge }: OriginPorts,
  { repairsTarget }: Pick<StoryRecord, 'repairsTarget'>,
  { tip, targetTip }: { readonly tip: Oid; readonly targetTip: Oid },
): Promise<RedOrigin> {
  const began = repairsTarget ? null : await git.mergeBase(targetTip, tip);
  if (began === null || (await judge(began)).kind !== 'red') return { kind: 'story' };
  const isRed = began === targetTip || (await judge(targetTip)).kind === 'red';
  return { kind: isRed ? 'target' : 'repaired' };
}
