import { sayRoom } from '../pipeline/diskRoom';
import { orderingConflicts } from '../pipeline/queueOrder';
import type { PipelineFacts } from '../pipeline/facts';
import { dependenciesOf, type Dependencies } from '../story/dependencies';
import { shortRef } from '../story/names';
import type { StoryRecord } from '../story/story';
import { arrangeCards } from './arrangeCards';
import { headOf } from './boardHead';
import type { BoardCounts, BoardHead, BoardModel } from './boardModel';
import { buildCard } from './buildCard';
import type { Card } from './card';
import {
  areSameInputs,
  inputsOf,
  surroundingsOf,
  whyNothingLands,
  whyNotOurTurn,
  type CardInputs,
  type Surroundings,
} from './cardInputs';
import { noticesOf } from './notices';
import { queueLane } from './queueLane';
import { sharingShown } from './sharingShown';
import { isSameData } from './sameData';
import { ShownOrder } from './shownOrder';

interface MadeCard {
  readonly inputs: CardInputs;
  readonly card: Card;
}

/**
 * Makes one board after another of facts that change little. A card is made anew only when what it is made of changed,
 * and is the same object otherwise; so is the whole board. What is made is a function of the facts alone.
 */
export class BoardMaker {
  readonly #order = new ShownOrder();
  readonly #made = new Map<string, MadeCard>();
  #dependencies: (Pick<PipelineFacts, 'stories' | 'elsewhere'> & { readonly found: Dependencies }) | null = null;
  #surroundings: Surroundings | null = null;
  #board: BoardModel | null = null;
  #rebuilt = 0;

  /** How many cards the last board needed anew. */
  get rebuilt(): number {
    return this.#rebuilt;
  }

  make(facts: PipelineFacts): BoardModel {
    const dependencies = this.#dependenciesOf(facts);
    const { shown, queue } = this.#order.of(facts.stories, facts.now, dependencies, orderingConflicts(facts));
    const cards = this.#cards(shown, inputsOf(facts, { queue, dependencies }, this.#surroundingsOf(facts)));
    const before = this.#board;
    const made = makeHead(facts, cards, queue);
    // The same object where it says the same: the tree draws its row anew only when it is another.
    const head = isSameData(before?.queue, made.queue) ? { ...made, queue: before?.queue ?? null } : made;
    const sameCards = before !== null && isSameList(before.cards, cards);
    if (sameCards && isSameHead(before, head)) return before;
    this.#board = sameCards ? { ...before, ...head } : arrangeCards(head, cards);
    return this.#board;
  }

  #cards(stories: readonly StoryRecord[], inputsFor: (story: StoryRecord) => CardInputs): Card[] {
    this.#rebuilt = 0;
    const made = this.#made;
    const cards = stories.map((story) => {
      const inputs = inputsFor(story);
      const known = made.get(story.key);
      if (known !== undefined && areSameInputs(known.inputs, inputs)) return known.card;
      const next = this.#remake(inputs, known);
      made.set(story.key, next);
      return next.card;
    });
    if (made.size > stories.length) {
      const present = new Set(stories.map(({ key }) => key));
      for (const key of made.keys()) if (!present.has(key)) made.delete(key);
    }
    return cards;
  }

  /** Looked at anew only when a story changed: progress of runs says nothing about them. */
  #dependenciesOf({ stories, elsewhere }: PipelineFacts): Dependencies {
    const before = this.#dependencies;
    if (before?.stories === stories && before.elsewhere === elsewhere) return before.found;
    this.#dependencies = { stories, elsewhere, found: dependenciesOf(stories, elsewhere) };
    return this.#dependencies.found;
  }

  #remake(inputs: CardInputs, known: MadeCard | undefined): MadeCard {
    this.#rebuilt += 1;
    const card = buildCard(inputs);
    return { inputs, card: known !== undefined && isSameData(known.card, card) ? known.card : card };
  }

  /** The parts that say the same are the same objects, which is what makes comparing ten thousand cards cheap. */
  #surroundingsOf(facts: PipelineFacts): Surroundings {
    const next = surroundingsOf(facts);
    const before = this.#surroundings;
    this.#surroundings = before === null || !isSameData(before, next) ? reuse(before, next) : before;
    return this.#surroundings;
  }
}

function reuse(before: Surroundings | null, next: Surroundings): Surroundings {
  if (before === null) return next;
  const same = <T>(old: T, other: T): T => (isSameData(old, other) ? old : other);
  const stages = Object.entries(next.waiting) as [keyof Surroundings['waiting'], Surroundings['resting']][];
  const waiting = Object.fromEntries(stages.map(([stage, around]) => [stage, same(before.waiting[stage], around)]));
  return { resting: same(before.resting, next.resting), waiting };
}

function makeHead(facts: PipelineFacts, cards: readonly Card[], queue: readonly StoryRecord[]): BoardHead {
  const counts = countCards(cards, facts);
  // Whose turn it is matters to who has something to land.
  const notOurTurn = queue.length === 0 ? null : whyNotOurTurn(facts);
  const stopped = whyNothingLands(facts) ?? notOurTurn;
  return {
    repository: facts.repository,
    target: facts.target.kind === 'found' ? { name: shortRef(facts.target.ref), tip: facts.target.tip } : null,
    mode: 'leading',
    notices: noticesOf(facts),
    agents: facts.coder === null ? null : { atWork: counts.running, most: facts.maxCoders },
    counts,
    room: facts.diskRoom == null ? null : sayRoom(facts.diskRoom),
    queue: queueLane(facts, queue, stopped),
    sharing: sharingShown(facts.sharing),
  };
}

function countCards(cards: readonly Card[], facts: PipelineFacts): BoardCounts {
  const counts = { running: 0, queued: 0, stuck: 0, needsYou: 0 };
  for (const run of facts.runs.values()) if (run.kind !== 'gates') counts.running += 1;
  for (const card of cards) {
    if (card.stage === 'Merge') counts.queued += 1;
    if (card.mark !== null) counts.stuck += 1;
    if (card.need !== null) counts.needsYou += 1;
  }
  return counts;
}

function isSameList<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((one, index) => one === b[index]);
}

function isSameHead(board: BoardModel, head: BoardHead): boolean {
  return isSameData(headOf(board), head);
}
