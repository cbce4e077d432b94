import type { StageName } from '../story/stage';
import { TRANSITIONS } from '../story/transitions';
import { ACTION_IDS, ACTIONS, type ActionId } from './actions';

/** The actions that cause an event which the table knows for this stage, in the fixed order. */
export function eventActions(stage: StageName): ActionId[] {
  const possible = new Set(TRANSITIONS.filter((row) => row.from.includes(stage)).map((row) => row.event));
  return ACTION_IDS.filter((id) => {
    const { event } = ACTIONS[id];
    return event !== null && possible.has(event);
  });
}
