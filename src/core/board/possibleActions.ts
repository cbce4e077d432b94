import type { StageName } from '../story/stage';
import { STAGE_NAMES } from '../story/stageNames';
import { TRANSITIONS } from '../story/transitions';
import { ACTION_IDS, ACTIONS, type ActionId } from './actions';

const BY_STAGE: ReadonlyMap<StageName, readonly ActionId[]> = new Map(
  STAGE_NAMES.map((stage) => {
    const possible = new Set(TRANSITIONS.filter((row) => row.from.includes(stage)).map((row) => row.event));
    const actions = ACTION_IDS.filter((id) => {
      const { event } = ACTIONS[id];
      return event !== null && possible.has(event);
    });
    return [stage, actions];
  }),
);

/** The actions that cause an event which the table knows for this stage, in the fixed order. */
export function eventActions(stage: StageName): readonly ActionId[] {
  return BY_STAGE.get(stage) ?? [];
}
