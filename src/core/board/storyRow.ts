import { stageWord } from '../story/stageWords';
import { clip } from './briefReason';
import type { Card } from './card';

/** What a row is made of. */
type RowCard = Pick<Card, 'number' | 'title' | 'stage' | 'need' | 'brief' | 'conflicts' | 'facts'>;

/** So much of a title stands before a reason: a row of an ordinary side bar has room for about forty characters. */
const TITLE_BEFORE_REASON = 28;

/**
 * A row is cut at its end, so what the person is to know comes first: what is asked of them, and the title behind it; else
 * the title, which gives way where a reason follows. The tooltip has all of it.
 */
export function rowWords(card: RowCard, facts: string): { readonly label: string; readonly description: string } {
  const { number, title, stage, need, brief, conflicts, facts: [first] } = card; // prettier-ignore
  // What it will conflict with is worth knowing although it waits.
  const conflict = conflicts.length > 0 && typeof first === 'string' ? [first] : [];
  if (need !== null)
    return { label: `#${number} ${brief ?? stageWord(stage)}`, description: [...conflict, title].join(' · ') };
  if (brief === null) return { label: `#${number} ${title}`, description: facts };
  return { label: `#${number} ${clip(title, TITLE_BEFORE_REASON)}`, description: [...conflict, brief].join(' · ') };
}

/** A brief reason behind its stage, which it says itself where it stands alone. */
export function behindStage(stage: string, brief: string): string {
  return brief.startsWith(`${stage}: `) ? brief.slice(stage.length + 2) : brief;
}
