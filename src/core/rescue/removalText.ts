import type { Card } from '../board/card';
import { count, namesOf } from '../words/durations';
import { size } from '../words/sizes';
import type { RemovalPreview } from './removalView';
import { describeCounts } from './rescueNote';

/** What a story's card says of what is at work on it. */
type AtWork = Pick<Card, 'key' | 'agent' | 'state' | 'stage'>;

/**
 * What a person reads before stories are deleted, or their worktrees removed: who is stopped, what goes, what is kept, what
 * stays. `cards`: those of these stories, and of others.
 */
export function removalDetail(
  previews: readonly RemovalPreview[],
  what: 'delete' | 'purge' | 'worktree',
  cards: readonly AtWork[] = [],
): string {
  const able = previews.filter(({ obstacles }) => obstacles.length === 0);
  const paragraphs = [stopped(able, cards), goes(able, what), kept(able), stays(able), blocked(previews)];
  return paragraphs.filter((one) => one !== '').join('\n\n');
}

/** `#1, #2 and 3 more`. */
export function numbersOf(stories: readonly { readonly number: number }[]): string {
  return namesOf(stories.map(({ number }) => `#${number}`));
}

/** What stands in no commit elsewhere, story by story. */
export function holdsWork({ counts }: Pick<RemovalPreview, 'counts'>): boolean {
  return counts.commits + counts.staged + counts.changed + counts.untracked > 0;
}

function stopped(previews: readonly RemovalPreview[], cards: readonly AtWork[]): string {
  const who = previews.flatMap(({ key, number }) => {
    const card = cards.find((one) => one.key === key);
    if (card?.agent != null) return [`agent ${card.agent} of #${number}`];
    if (card?.state !== 'working') return [];
    return [`the ${card.stage === 'Merge' ? 'landing' : 'gates'} of #${number}`];
  });
  return who.length === 0 ? '' : `At work, and stopped first: ${namesOf(who)}.`;
}

function goes(previews: readonly RemovalPreview[], what: 'delete' | 'purge' | 'worktree'): string {
  const folders = previews.filter(({ folder }) => folder !== null).length;
  const branches = what === 'worktree' ? 0 : previews.filter(({ branch }) => branch !== null).length;
  const parts = [
    folders === 0 ? [] : [count(folders, 'worktree')],
    branches === 0 ? [] : [count(branches, 'branch', 'branches')],
    what === 'purge' ? [count(previews.length, 'text and its outputs', 'texts and their outputs')] : [],
  ].flat();
  const gone = parts.length === 0 ? '' : `Removed: ${parts.join(', ')}.`;
  const ignored = folders === 0 ? '' : 'Files that git ignores are not kept.';
  return [gone, comesBack(previews.length, what), ignored].filter((one) => one !== '').join(' ');
}

function comesBack(stories: number, what: 'delete' | 'purge' | 'worktree'): string {
  if (stories === 0) return '';
  switch (what) {
    case 'delete':
      return stories === 1 ? 'Restore… brings the story back.' : 'Restore… brings the stories back.';
    case 'purge':
      return stories === 1
        ? 'The text cannot be brought back; the number stays used.'
        : 'The texts cannot be brought back; the numbers stay used.';
    case 'worktree':
      return '';
    default:
      return what satisfies never;
  }
}

function kept(previews: readonly RemovalPreview[]): string {
  const held = previews.filter(holdsWork);
  if (held.length === 0) return '';
  const lines = held.map(({ number, counts, bytes }) => {
    const weight = bytes === 0 ? '' : ` (${size(bytes)})`;
    return `#${number}: ${describeCounts(counts)}${weight}`;
  });
  const shown = lines.length > 10 ? [...lines.slice(0, 10), `and ${lines.length - 10} more`] : lines;
  return ['Kept first, for Restore…:', ...shown].join('\n');
}

function stays(previews: readonly RemovalPreview[]): string {
  return previews.flatMap(({ number, stays: reasons }) => reasons.map((why) => `#${number}: ${why}`)).join('\n');
}

function blocked(previews: readonly RemovalPreview[]): string {
  const lines = previews.flatMap(({ number, obstacles }) => obstacles.map((why) => `#${number} is left out: ${why}`));
  return lines.join('\n');
}
