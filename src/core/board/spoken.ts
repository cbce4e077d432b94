import { MARK_WORDS } from '../pipeline/markWords';
import type { Card, CardState } from './card';
import { factsText } from './factsText';
import { stageWord } from '../story/stageWords';
import { say, type Said, type Translate } from '../words/said';

/** Each state in words, for those who cannot see its icon or colour. */
export const STATE_WORDS: Readonly<Record<CardState, string>> = {
  idle: '',
  working: 'work going on',
  waiting: 'waiting',
  review: 'waits for your review',
  asks: 'asks you',
  needsYou: 'needs you',
  recovering: MARK_WORDS.running.spoken,
  recoveryQueued: MARK_WORDS.queued.spoken,
  cold: MARK_WORDS.cold.spoken,
  frozen: 'frozen',
  proven: 'landed',
  archived: 'archived',
};

/** `1 needs you`, `2 need you`, `nothing needs you` */
export function sayNeedsYou(number: number): Said {
  if (number === 0) return say('nothing needs you');
  return number === 1 ? say('{0} needs you', number) : say('{0} need you', number);
}

/** The same, but not that nothing does where the repository as a whole waits for the person. */
export function sayNeeds(number: number, isHeld: boolean): readonly Said[] {
  return number === 0 && isHeld ? [] : [sayNeedsYou(number)];
}

/** A card as a screen reader says it at `now` (ms since 1970): number, title, stage, state, facts and why. */
export function spokenCard(card: Card, now: number, translate: Translate = (english) => english): string {
  const facts = factsText(card.facts, now);
  const state = STATE_WORDS[card.state] && translate(STATE_WORDS[card.state]);
  return [`#${card.number} ${card.title}`, stageWord(card.stage), state, facts, card.why ?? '']
    .filter((part) => part !== '')
    .join(', ');
}
