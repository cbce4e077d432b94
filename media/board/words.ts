import { ACTIONS, type ActionId } from '../../src/core/board/actions';
import type { Card } from '../../src/core/board/card';
import type { ColumnName } from '../../src/core/board/boardNames';
import { age } from '../../src/core/words/durations';
import { STATE_WORDS } from '../../src/core/board/spoken';
import { MARK_WORDS } from '../../src/core/pipeline/markWords';
import type { StoryType } from '../../src/core/story/stageNames';
import type { Pill } from './filter';
import { t } from './strings';

export function actionWord(action: ActionId): string {
  return t(ACTIONS[action].label);
}

const TYPE_WORDS: Readonly<Record<StoryType, string>> = {
  story: 'Story',
  bug: 'Bug',
  spike: 'Spike',
  refactor: 'Refactoring',
};

export function typeWord(type: StoryType): string {
  return t(TYPE_WORDS[type]);
}

/** What the card's icon says, in words: the mark of a stuck story, the state of any other; empty for one at rest. */
export function stateWord(card: Card): string {
  return t(card.mark === null ? STATE_WORDS[card.state] : MARK_WORDS[card.mark].word);
}

/** How long the story has been in its stage; empty where the time is unreadable. */
export function ageWord(card: Card, now: number): string {
  return Number.isNaN(Date.parse(card.since)) ? '' : age(card.since, now);
}

const COLUMN_PROMISES: Readonly<Record<ColumnName, string>> = {
  Backlog: 'New stories start here. Press n to write one.',
  Coding: 'Stories that a person or an agent works on.',
  QA: 'Finished work, while its gates run or it waits for your review.',
  Merge: 'Proven stories, until they land.',
  Done: 'Stories that have landed.',
  Frozen: 'Stories that are set aside.',
};

/** What would come into an empty column. */
export function columnPromise(column: ColumnName): string {
  return t(COLUMN_PROMISES[column]);
}

const PILL_WORDS: Readonly<Record<Pill, string>> = { all: 'All', needsYou: 'Needs you', running: 'Running' };

export function pillWord(pill: Pill): string {
  return t(PILL_WORDS[pill]);
}
