import type { StuckMark } from '../pipeline/markWords';
import type { NamedDependency } from '../story/dependencies';
import type { StageName } from '../story/stage';
import type { StoryType } from '../story/stageNames';
import type { ActionId } from './actions';
import type { ColumnName, GroupName } from './boardNames';
import type { Said } from '../words/said';
import type { CardConflict } from './conflictWords';
import type { Fact } from './factsText';
import type { Need } from './needs';

/**
 * What a card's icon and colour say. `working` is blue, `waiting`, `review`, `asks` and `needsYou` yellow, `cold` red, `proven` green;
 * `recovering` is 🤖 and `recoveryQueued` ⏳. Each has its own shape and word as well.
 */
export const CARD_STATES = [
  'idle',
  'working',
  'waiting',
  'review',
  'asks',
  'needsYou',
  'recovering',
  'recoveryQueued',
  'cold',
  'frozen',
  'proven',
  'archived',
] as const;
export type CardState = (typeof CARD_STATES)[number];

/** `text` is a sentence: ``claude asks to run `npm install`.`` `forStory`: what Allow for This Story would allow. */
export interface CardQuestion {
  readonly id: string;
  readonly text: string;
  readonly forStory: string | null;
  /** ISO 8601; it is denied by itself then. */
  readonly deniedAt: string;
}

export interface SaidOfCard {
  readonly why: readonly Said[] | null;
  readonly brief: readonly Said[] | null;
  /** Null for a fact that is the same in every language; empty where all are. */
  readonly facts: readonly (Said | null)[];
}

/** One story as every view shows it: tree row, card, tooltip and text. Plain data. */
export interface Card {
  readonly key: string;
  readonly number: number;
  readonly type: StoryType;
  readonly title: string;
  readonly labels: readonly string[];
  /** 0 (first) to 3 (last). */
  readonly priority: number;
  /** The stories that have to land before it. */
  readonly dependsOn: readonly NamedDependency[];
  /** Numbers of the stories that wait for it. */
  readonly neededBy: readonly number[];
  /** What it will conflict with when it lands. */
  readonly conflicts: readonly CardConflict[];
  readonly stage: StageName;
  readonly column: ColumnName | null;
  readonly group: GroupName;
  readonly state: CardState;
  readonly mark: StuckMark | null;
  /** ISO 8601; the story has been in its stage since, or in Merge in the queue, which a freeze does not begin anew. */
  readonly since: string;
  /** Name of the agent at work on it. */
  readonly agent: string | null;
  /** What its agent waits for a person to say; null where it waits for nothing. */
  readonly question: CardQuestion | null;
  /** One line of facts (agent, gate progress, criteria); empty where there is nothing to say. */
  readonly facts: readonly Fact[];
  /** One line that says why it does not move; null for a story that does. */
  readonly why: string | null;
  /** The same in a few words, for where there is little room. */
  readonly brief: string | null;
  /** `why`, `brief` and `facts`, to be said in another language. */
  readonly said: SaidOfCard;
  /** At most three, the sensible next steps first. */
  readonly primaryActions: readonly ActionId[];
  readonly actions: readonly ActionId[];
  readonly moves: readonly StageName[];
  /** What it needs a person for; null where it does not. */
  readonly need: Need | null;
}
