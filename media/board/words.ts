import { ACTIONS, titleOf, type ActionId } from '../../src/core/board/actions';
import type { Card } from '../../src/core/board/card';
import { age, duration, MINUTE } from '../../src/core/words/durations';
import { localMoment } from '../../src/core/words/localMoment';
import { STATE_WORDS } from '../../src/core/board/spoken';
import type { KeptFilter, Pill } from '../../src/core/board/keptFilters';
import { MARK_WORDS } from '../../src/core/pipeline/markWords';
import type { StoryType } from '../../src/core/story/stageNames';
import type { ShownColumn } from './boardView';
import { t } from './strings';

export function actionWord(action: ActionId): string {
  return t(titleOf(ACTIONS[action]));
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

/** The one age that a card shows: how long its work goes on, else how long it has been in its stage. Empty where unreadable. */
export function ageWord(card: Card, now: number): string {
  const work = workSince(card);
  if (work !== null) return duration(now - work);
  const since = Date.parse(card.since);
  if (Number.isNaN(since)) return '';
  // Seconds are not counted where nothing goes on.
  return now - since < MINUTE ? t('just now') : age(card.since, now);
}

/** Both moments behind that age, in the person's time. */
export function ageTitle(card: Card): string {
  const stage = t('In this stage since {0}', localMoment(card.since));
  const work = workSince(card);
  return work === null ? stage : `${t('At work since {0}', localMoment(work))}\n${stage}`;
}

/** Since when what goes on there goes on (ms since 1970). */
function workSince({ facts }: Card): number | null {
  for (const fact of facts) if (typeof fact !== 'string') return fact.since;
  return null;
}

/** The line of facts without the age, which stands beside the number. */
export function factsWord({ facts, conflicts }: Card): string {
  const words = facts.filter((fact) => typeof fact === 'string');
  // The first of them says what it will conflict with; that has a line of its own.
  return (conflicts.length === 0 ? words : words.slice(1)).join(' · ');
}

/** What it will conflict with when it lands; null where nothing is predicted. */
export function radarWord({ facts, conflicts }: Card): string | null {
  const first = facts.find((fact) => typeof fact === 'string');
  return conflicts.length === 0 || first === undefined ? null : first;
}

const COLUMN_PROMISES: Readonly<Record<ShownColumn, string>> = {
  Backlog: 'New stories start here. Press n to write one.',
  Coding: 'Stories that a person or an agent works on.',
  QA: 'Finished work, while its gates run or it waits for your review.',
  Merge: 'Proven stories, until they land.',
  Done: 'Stories that have landed.',
  Frozen: 'Stories that are set aside.',
  Archived: 'Stories that are over and done with.',
};

/** What would come into an empty column. */
export function columnPromise(column: ShownColumn): string {
  return t(COLUMN_PROMISES[column]);
}

const PILL_WORDS: Readonly<Record<Pill, string>> = { all: 'All', needsYou: 'Needs you', running: 'Running' };

export function pillWord(pill: Pill): string {
  return t(PILL_WORDS[pill]);
}

/** `label:web`, `label:web · Needs you`. */
export function filterWord({ text, pill }: KeptFilter): string {
  return pill === 'all' ? text : `${text} · ${pillWord(pill)}`;
}
