import type { Card } from './card';
import type { StageName } from '../story/stage';

/** Where a story is as far as it was: what comes back into Done from here, or from a restore, had landed before. */
const ASIDE: readonly StageName[] = ['Done', 'Frozen', 'Archived'];

/** Tells which stories have landed since the board was shown last. */
export class JustLanded {
  #open: ReadonlySet<string> = new Set();

  of(cards: readonly Card[]): Card[] {
    const landed = cards.filter(({ key, stage }) => stage === 'Done' && this.#open.has(key));
    this.#open = new Set(cards.filter(({ stage }) => !ASIDE.includes(stage)).map(({ key }) => key));
    return landed;
  }
}
