import type { Card } from '../board/card';
import { inLanguage, say, type Said, type Translate } from '../words/said';
import { size } from '../words/sizes';
import type { RemovalPreview } from './removalView';
import { sayCounts } from './rescueNote';

/** What a story's card says of what is at work on it. */
type AtWork = Pick<Card, 'key' | 'agent' | 'state' | 'stage'>;

/**
 * What a person reads before stories are deleted, or their worktrees removed: who is stopped, what goes, what is kept, what
 * stays. `cards`: those of these stories, and of others.
 */
export function removalDetail(
  previews: readonly RemovalPreview[],
  what: 'delete' | 'purge' | 'worktree',
  translate: Translate,
  cards: readonly AtWork[] = [],
): string {
  const able = previews.filter(({ obstacles }) => obstacles.length === 0);
  const lines = (said: readonly (readonly Said[])[]): string =>
    said.map((sentences) => inLanguage(sentences, translate)).join('\n');
  const paragraphs = [stopped(able, cards), [goes(able, what)], kept(able), stays(able), blocked(previews)];
  return paragraphs
    .map(lines)
    .filter((one) => one !== '')
    .join('\n\n');
}

/** What stands in no commit elsewhere, story by story. */
export function holdsWork({ counts }: Pick<RemovalPreview, 'counts'>): boolean {
  return counts.commits + counts.staged + counts.changed + counts.untracked > 0;
}

function stopped(previews: readonly RemovalPreview[], cards: readonly AtWork[]): Said[][] {
  const who = previews.flatMap(({ key, number }): Said[] => {
    const card = cards.find((one) => one.key === key);
    if (card?.agent != null) return [say('agent {0} of #{1}', card.agent, number)];
    if (card?.state !== 'working') return [];
    return [card.stage === 'Merge' ? say('the landing of #{0}', number) : say('the gates of #{0}', number)];
  });
  const [first, second, ...rest] = who;
  if (first === undefined) return [];
  if (second === undefined) return [[say('At work, and stopped first: {0}.', first)]];
  const both = rest.length === 0 ? say('{0} and {1}', first, second) : say('{0}, {1} and {2} more', first, second, rest.length); // prettier-ignore
  return [[say('At work, and stopped first: {0}.', both)]];
}

function goes(previews: readonly RemovalPreview[], what: 'delete' | 'purge' | 'worktree'): Said[] {
  const all = previews.length;
  const folders = previews.filter(({ folder }) => folder !== null).length;
  const branches = what === 'worktree' ? 0 : previews.filter(({ branch }) => branch !== null).length;
  const parts = [
    folders === 0 ? [] : [folders === 1 ? say('1 worktree') : say('{0} worktrees', folders)],
    branches === 0 ? [] : [branches === 1 ? say('1 branch') : say('{0} branches', branches)],
    what !== 'purge' ? [] : [all === 1 ? say('1 text and its outputs') : say('{0} texts and their outputs', all)],
  ].flat();
  const [first, ...more] = parts;
  const gone =
    first &&
    say(
      'Removed: {0}.',
      more.reduce((said, one) => say('{0}, {1}', said, one), first),
    );
  const ignored = folders === 0 ? [] : [say('Files that git ignores are not kept.')];
  return [...(gone === undefined ? [] : [gone]), ...comesBack(all, what), ...ignored];
}

function comesBack(stories: number, what: 'delete' | 'purge' | 'worktree'): Said[] {
  if (stories === 0) return [];
  switch (what) {
    case 'delete':
      return [stories === 1 ? say('Restore… brings the story back.') : say('Restore… brings the stories back.')];
    case 'purge':
      return [
        stories === 1
          ? say('The text cannot be brought back; the number stays used.')
          : say('The texts cannot be brought back; the numbers stay used.'),
      ];
    case 'worktree':
      return [];
    default:
      return what satisfies never;
  }
}

function kept(previews: readonly RemovalPreview[]): Said[][] {
  const lines = previews.filter(holdsWork).map(({ number, counts, bytes }) => {
    const held = sayCounts(counts);
    return bytes === 0 ? say('#{0}: {1}', number, held) : say('#{0}: {1} ({2})', number, held, size(bytes));
  });
  if (lines.length === 0) return [];
  const shown = lines.length > 10 ? [...lines.slice(0, 10), say('and {0} more', lines.length - 10)] : lines;
  return [say('Kept first, for Restore…:'), ...shown].map((line) => [line]);
}

function stays(previews: readonly RemovalPreview[]): Said[][] {
  return previews.flatMap(({ number, stays: reasons }) => reasons.map((why) => [say('#{0}: {1}', number, why)]));
}

function blocked(previews: readonly RemovalPreview[]): Said[][] {
  return previews.flatMap(({ number, obstacles }) =>
    obstacles.map((why) => [say('#{0} is left out: {1}', number, why)]),
  );
}
