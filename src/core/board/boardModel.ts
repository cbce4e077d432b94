import type { StuckMark } from '../pipeline/markWords';
import type { StoryType } from '../story/stageNames';
import type { PipelineFacts } from '../pipeline/facts';
import { inQueueOrder } from '../pipeline/queueOrder';
import { shortRef } from '../story/names';
import type { Oid, StageName } from '../story/stage';
import type { StoryRecord } from '../story/story';
import type { ActionId } from './actions';
import { buildCard } from './card';
import { COLUMN_NAMES, GROUP_NAMES, type ColumnName, type GroupName } from './boardNames';
import { noticesOf, type Notice } from './notices';

/**
 * What a card's icon and colour say. `working` is blue, `waiting` yellow, `cold` and `failed` red, `proven` green;
 * `recovering` is 🤖 and `recoveryQueued` ⏳. Each has its own shape and word as well.
 */
export type CardState =
  | 'idle'
  | 'working'
  | 'waiting'
  | 'review'
  | 'recovering'
  | 'recoveryQueued'
  | 'cold'
  | 'frozen'
  | 'proven'
  | 'archived';

/** One story as every view shows it: tree row, card, tooltip and text. Plain data. */
export interface Card {
  readonly key: string;
  readonly number: number;
  readonly type: StoryType;
  readonly title: string;
  readonly priority: number;
  readonly labels: readonly string[];
  readonly stage: StageName;
  readonly column: ColumnName | null;
  readonly group: GroupName;
  readonly state: CardState;
  readonly mark: StuckMark | null;
  /** ISO 8601; the story has been in its stage since. */
  readonly since: string;
  /** One line of facts (agent, gate progress, criteria); empty where there is nothing to say. */
  readonly facts: string;
  /** One line that says why it does not move; null for a story that does. */
  readonly why: string | null;
  readonly criteria: { readonly done: number; readonly total: number };
  /** At most three, the sensible next steps first. */
  readonly primaryActions: readonly ActionId[];
  readonly actions: readonly ActionId[];
  readonly moves: readonly StageName[];
  readonly needsYou: boolean;
}

export interface BoardCounts {
  readonly running: number;
  readonly queued: number;
  readonly stuck: number;
  readonly needsYou: number;
}

/** The one view-model of tree, board, status bar and text status. */
export interface BoardModel {
  readonly repository: string;
  readonly target: { readonly name: string; readonly tip: Oid } | null;
  readonly mode: PipelineFacts['mode'];
  readonly notices: readonly Notice[];
  readonly counts: BoardCounts;
  readonly cards: readonly Card[];
  /** Story keys by column, in the order in which they are shown. */
  readonly columns: Readonly<Record<ColumnName, readonly string[]>>;
  readonly groups: Readonly<Record<GroupName, readonly string[]>>;
}

export function buildBoardModel(facts: PipelineFacts): BoardModel {
  const ordered = inShownOrder(facts);
  const queue = inQueueOrder(
    ordered.filter((story) => story.stage.name === 'Merge'),
    facts.now,
  );
  const cards = ordered.map((story) => buildCard(story, facts, queue));
  return {
    repository: facts.repository,
    target: facts.target.kind === 'found' ? { name: shortRef(facts.target.ref), tip: facts.target.tip } : null,
    mode: facts.mode,
    notices: noticesOf(facts),
    counts: countCards(cards, facts),
    cards,
    columns: keysBy(COLUMN_NAMES, cards, (card) => card.column),
    groups: keysBy(GROUP_NAMES, cards, (card) => card.group),
  };
}

/** Merge in landing order, Done newest first, the rest by priority and number. */
function inShownOrder(facts: PipelineFacts): StoryRecord[] {
  const merging = inQueueOrder(
    facts.stories.filter((story) => story.stage.name === 'Merge'),
    facts.now,
  );
  const done = facts.stories
    .filter((story) => story.stage.name === 'Done' || story.stage.name === 'Archived')
    .sort((a, b) => b.stageAt.localeCompare(a.stageAt) || b.number - a.number);
  const taken = new Set([...merging, ...done]);
  const others = facts.stories.filter((story) => !taken.has(story));
  return [...others.sort((a, b) => a.priority - b.priority || a.number - b.number), ...merging, ...done];
}

function countCards(cards: readonly Card[], facts: PipelineFacts): BoardCounts {
  return {
    running: [...facts.runs.values()].filter((run) => run.kind === 'coder').length,
    queued: cards.filter((card) => card.stage === 'Merge').length,
    stuck: cards.filter((card) => card.mark !== null).length,
    needsYou: cards.filter((card) => card.needsYou).length,
  };
}

function keysBy<N extends string>(names: readonly N[], cards: readonly Card[], nameOf: (card: Card) => N | null) {
  const byName = Object.fromEntries(names.map((name) => [name, [] as string[]])) as Record<N, string[]>;
  for (const card of cards) {
    const name = nameOf(card);
    if (name !== null) byName[name].push(card.key);
  }
  return byName;
}
