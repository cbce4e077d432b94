import type { StoryType } from '../story/stageNames';
import type { StuckMark } from '../pipeline/markWords';
import type { CardState } from './card';

/** What a colour says: blue works, yellow waits, red needs a person, green is proven. */
export type Tone = 'working' | 'waiting' | 'cold' | 'proven' | 'quiet';

/** A codicon by its name, or `hourglass`, which codicons lack and media/icons has. */
export interface Glyph {
  readonly icon: string;
  readonly tone: Tone;
}

export const TYPE_ICONS: Readonly<Record<StoryType, string>> = {
  story: 'book',
  bug: 'bug',
  spike: 'telescope',
  refactor: 'tools',
};

/** What a card does now, null at rest. The three marks are `robot`, `hourglass` and `circle-filled`. */
export const STATE_GLYPHS: Readonly<Record<CardState, Glyph | null>> = {
  idle: null,
  working: { icon: 'loading', tone: 'working' },
  waiting: { icon: 'hourglass', tone: 'waiting' },
  review: { icon: 'eye', tone: 'waiting' },
  asks: { icon: 'question', tone: 'waiting' },
  needsYou: { icon: 'bell', tone: 'waiting' },
  recovering: { icon: 'robot', tone: 'working' },
  recoveryQueued: { icon: 'hourglass', tone: 'waiting' },
  cold: { icon: 'circle-filled', tone: 'cold' },
  frozen: { icon: 'debug-pause', tone: 'quiet' },
  proven: { icon: 'pass-filled', tone: 'proven' },
  archived: { icon: 'archive', tone: 'quiet' },
};

/** The state that each mark of a stuck story is drawn as. */
export const MARK_STATES: Readonly<Record<StuckMark, CardState>> = {
  running: 'recovering',
  queued: 'recoveryQueued',
  cold: 'cold',
};
