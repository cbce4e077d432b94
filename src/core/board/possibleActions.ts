import { reachableStages } from '../story/moves';
import type { Stage, StageName } from '../story/stage';
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

const reachable = new Map<string, readonly StageName[]>();

/** Where a person can send a story; the table never changes, so each kind of stage is looked up in it once. */
export function stagesToMoveTo(stage: Stage): readonly StageName[] {
  const kind =
    stage.name === 'Frozen' || stage.name === 'Blocked' ? `${stage.name} ${stage.resumeTo.name}` : stage.name;
  const known = reachable.get(kind) ?? reachableStages(stage).map((move) => move.to);
  reachable.set(kind, known);
  return known;
}
