import { isLanded, type Stage } from './stage';

/** What it landed is on the target and may be taken back: a person may want that also of one that came back for it. */
export function offersRevert(stage: Stage): boolean {
  return canBeReverted(stage) || (stage.name === 'Coding' && stage.feedback?.kind === 'landed');
}

/** It landed, and nothing took that back since. */
export function canBeReverted(stage: Stage): boolean {
  return isLanded(stage) && stage.revertedBy === undefined;
}
