import type { PipelineFacts } from '../pipeline/facts';
import { inQueueOrder } from '../pipeline/queueOrder';
import { shortRef } from '../story/names';
import type { StoryRecord } from '../story/story';
import { arrangeCards } from './arrangeCards';
import type { BoardCounts, BoardHead, BoardModel } from './boardModel';
import { buildCard } from './buildCard';
import type { Card } from './card';
import { noticesOf } from './notices';

export function buildBoardModel(facts: PipelineFacts): BoardModel {
  const ordered = inShownOrder(facts);
  const queue = inQueueOrder(
    ordered.filter((story) => story.stage.name === 'Merge'),
    facts.now,
  );
  const cards = ordered.map((story) => buildCard(story, facts, queue));
  const head: BoardHead = {
    repository: facts.repository,
    target: facts.target.kind === 'found' ? { name: shortRef(facts.target.ref), tip: facts.target.tip } : null,
    mode: facts.mode,
    notices: noticesOf(facts),
    counts: countCards(cards, facts),
  };
  return arrangeCards(head, cards);
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
