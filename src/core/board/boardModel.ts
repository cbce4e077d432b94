import type { PipelineFacts } from '../pipeline/facts';
import { inQueueOrder } from '../pipeline/queueOrder';
import { shortRef } from '../story/names';
import type { Oid } from '../story/stage';
import type { StoryRecord } from '../story/story';
import { buildCard } from './buildCard';
import type { Card } from './card';
import { COLUMN_NAMES, GROUP_NAMES, type ColumnName, type GroupName } from './boardNames';
import { noticesOf, type Notice } from './notices';

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
