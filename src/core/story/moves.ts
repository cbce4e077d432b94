import type { EventName } from './events';
import type { Stage, StageName } from './stage';
import { stageWord } from './stageWords';
import { TRANSITIONS } from './transitions';
import { say, tell, type Told } from '../words/said';

/** A stage a person can send a story to, with the one event that leads there. */
export interface Move {
  readonly to: StageName;
  readonly event: EventName;
}

export type MoveOutcome = { kind: 'event'; event: EventName } | ({ readonly kind: 'unreachable' } & Told);

/** Of two person's events with the same end, the one a plain "move" means. */
const PLAIN: readonly EventName[] = ['Abandon'];

/** Every other stage that a person can move this story to, in the table's order. */
export function reachableStages(stage: Stage): Move[] {
  const moves = new Map<StageName, EventName>();
  for (const { event, from, to, byPerson } of TRANSITIONS) {
    if (!byPerson || !from.includes(stage.name)) continue;
    for (const name of destinations(stage, event, to)) {
      // Taking over and giving back change who works on it, not where the story is.
      if (name === stage.name || event === 'Reassigned') continue;
      if (!moves.has(name) || PLAIN.includes(event)) moves.set(name, event);
    }
  }
  return [...moves].map(([to, event]) => ({ to, event }));
}

/** Unfreeze and Unblock lead back to one stage only: where the story came from. */
function destinations(stage: Stage, event: EventName, to: readonly StageName[]): readonly StageName[] {
  const returns = event === 'Unfreeze' || event === 'Unblock';
  return returns && (stage.name === 'Frozen' || stage.name === 'Blocked') ? [stage.resumeTo.name] : to;
}

/** Finds the one event that brings a story to `to`, or says where it can go instead. */
export function findMove(stage: Stage, to: StageName): MoveOutcome {
  const reachable = reachableStages(stage);
  const move = reachable.find((one) => one.to === to);
  if (move !== undefined) return { kind: 'event', event: move.event };
  const places = reachable.map((one) => stageWord(one.to)).join(', ');
  const why = say(
    'A story in {0} cannot move to {1}. It can move to {2}.',
    stageWord(stage.name),
    stageWord(to),
    places,
  );
  return { kind: 'unreachable', ...tell(why) };
}
