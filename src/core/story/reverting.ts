import type { Stage } from './stage';

/** It landed, and nothing took that back since. */
export function canBeReverted(stage: Stage): boolean {
  const landed = stage.name === 'Done' || (stage.name === 'Archived' && stage.reason.kind === 'completed');
  return landed && stage.revertedBy === undefined;
}
