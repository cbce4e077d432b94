import * as vscode from 'vscode';
import { briefly } from '../../core/board/briefReason';
import type { BoardModel } from '../../core/board/boardModel';
import type { QueueLane } from '../../core/board/queueLane';
import type { Card } from '../../core/board/card';
import { inLanguage, type Said } from '../../core/words/said';
import { translate } from './translate';

/** What was said already, by what it was said of: a model is asked for often, and few of its cards are others than before. */
const models = new WeakMap<BoardModel, BoardModel>();
const cards = new WeakMap<Card, Card>();

/** The model with its reasons, notices and policy in the person's language; as it is where VS Code speaks English or a language nobody wrote. */
export function localBoard(model: BoardModel): BoardModel {
  if (vscode.l10n.bundle === undefined) return model;
  return remembered(models, model, () => {
    const { queue, notices, sharing, cards: shown } = model;
    return {
      ...model,
      notices: notices.map((notice) => ({ ...notice, text: inWords(notice.said ?? null) ?? translate(notice.text) })),
      queue: queue && localQueue(queue),
      sharing: sharing && {
        ...sharing,
        words: inWords(sharing.said.words) ?? sharing.words,
        line: inWords(sharing.said.line) ?? sharing.line,
      },
      cards: shown.map(localCard),
    };
  });
}

function localQueue(queue: QueueLane): QueueLane {
  const { said } = queue;
  if (said === undefined) return queue;
  const [policy, why, stopped] = [said.policy, said.why, said.stopped].map((one) => inWords(oneOf(one)));
  return { ...queue, policy: policy ?? queue.policy, why: why ?? queue.why, stopped: stopped ?? queue.stopped };
}

function localCard(card: Card): Card {
  return remembered(cards, card, () => ({
    ...card,
    why: inWords(card.said.why) ?? card.why,
    brief: card.said.brief === null ? card.brief : briefly(inWords(card.said.brief) ?? ''),
    facts: card.facts.map((fact, place) => inWords(oneOf(card.said.facts[place])) ?? fact),
  }));
}

function oneOf(said: Said | null | undefined): readonly Said[] | null {
  return said == null ? null : [said];
}

function inWords(said: readonly Said[] | null): string | null {
  return said === null ? null : inLanguage(said, translate);
}

function remembered<K extends object, V>(known: WeakMap<K, V>, key: K, make: () => V): V {
  const before = known.get(key);
  if (before !== undefined) return before;
  const made = make();
  known.set(key, made);
  return made;
}
