import type { DependencyState } from './dependencies';
import { underlyingStage, type Oid, type Stage } from './stage';
import type { StoryRecord } from './story';

/**
 * Where the branch of a child belongs. `none`: it is nobody's child, or depends on its parent no more. `waits`: the parent has
 * nothing now that others can build on. `on`: the parent's reviewed commit. `landed`: the target.
 */
export type Lineage =
  | { readonly kind: 'none' }
  | { readonly kind: 'waits' }
  | { readonly kind: 'on'; readonly commit: Oid }
  | { readonly kind: 'landed' };

/** `parent` null where nothing is known of it. */
export function lineageOf(child: Pick<StoryRecord, 'childOf' | 'dependsOn'>, parent: Stage | null): Lineage {
  const { childOf, dependsOn } = child;
  if (childOf === undefined || !dependsOn.includes(childOf.key)) return { kind: 'none' };
  if (parent === null) return { kind: 'waits' };
  const under = underlyingStage(parent);
  if (under.name === 'Done') return { kind: under.revertedBy === undefined ? 'landed' : 'waits' };
  if (under.name === 'Archived')
    return { kind: under.reason.kind === 'completed' && under.revertedBy === undefined ? 'landed' : 'waits' };
  const commit = reviewedCommit(parent);
  return commit === null ? { kind: 'waits' } : { kind: 'on', commit };
}

/** The commit of a story that others can build on: its gates passed, or a person let it in. Null while there is none. */
function reviewedCommit(stage: Stage): Oid | null {
  const under = underlyingStage(stage);
  switch (under.name) {
    case 'ReviewHold':
    case 'Merge':
    case 'MergeFailure':
    case 'MergeFailureFinal':
      return under.tip;
    default:
      return null;
  }
}

/** Whether all that a story still waits for is the parent on whose commit it stands: then it may be worked on. */
export function waitsForParentAlone({ childOf }: Pick<StoryRecord, 'childOf'>, state: DependencyState): boolean {
  if (childOf === undefined || state.kind !== 'waiting' || state.on.length === 0) return false;
  return state.on.every(({ key }) => key === childOf.key);
}

/** Whether somebody may code on it, as far as others are concerned. */
export function mayBeCoded(story: Pick<StoryRecord, 'childOf'>, state: DependencyState): boolean {
  return state.kind === 'ready' || (story.childOf?.at != null && waitsForParentAlone(story, state));
}
