import { stageWord } from '../story/stageWords';
import { clip } from './briefReason';
import type { Card } from './card';

/** What a row is made of. */
type RowCard = Pick<Card, 'number' | 'title' | 'stage' | 'need' | 'brief' | 'conflicts' | 'facts'>;

/** A row of an ordinary side bar (300 pixels) has room for so many characters, most of them for a reason. */
const ROW = 30;
const REASON = 24;
const FEWEST_OF_TITLE = 14;

/**
 * A row is cut at its end, so what the person is to know comes first: what is asked of them, and the title behind it; else
 * the title, which gives way where a reason follows. The tooltip has all of it.
 */
export function rowWords(card: RowCard, facts: string): { readonly label: string; readonly description: string } {
  const { number, title, stage, need, brief, conflicts, facts: [first] } = card; // prettier-ignore
  // What it will conflict with is worth knowing although it waits.
  const conflict = conflicts.length > 0 && typeof first === 'string' ? [first] : [];
  if (need !== null)
    return {
      label: `#${number} ${brief === null ? stageWord(stage) : inShort(brief)}`,
      description: [title, ...conflict].join(' · '),
    };
  if (brief === null) return { label: `#${number} ${title}`, description: facts };
  const room = Math.max(FEWEST_OF_TITLE, ROW - brief.length);
  return { label: `#${number} ${clip(title, room)}`, description: [...conflict, brief].join(' · ') };
}

/** A long reason without what is said behind it: `Gates red`, `Review`. What is named in it is not cut: it would be another. */
function inShort(brief: string): string {
  return brief.length <= REASON ? brief : brief.replace(/(?<=^[\p{L} ]+): .*|, \p{L}+ \d+ \p{L}+$/su, '');
}

/** A brief reason behind its stage, which it says itself where it stands alone. */
export function behindStage(stage: string, brief: string): string {
  return brief.startsWith(`${stage}: `) ? brief.slice(stage.length + 2) : brief;
}
