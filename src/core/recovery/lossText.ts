import type { StoryRecord } from '../story/story';
import { count, namesOf } from '../words/durations';
import { isAllGone, isJournalGone } from './contradictions';
import type { Restored } from './restore';
import type { LogCondition, Witnesses } from './witnesses';

/** What a person is told of a loss: what, what was restored, where the damaged part is, what waits and what to do. */
export function describeLoss(
  witnesses: Witnesses,
  { copied, landed, behind, left }: Restored,
  held: readonly StoryRecord[],
  saved: 'all' | 'stories' | 'nothing',
): string {
  const { index, journal } = witnesses;
  const isSure = saved === 'all';
  const isJournalLost = isJournalGone(witnesses);
  const sentences = [
    ofLog(index.condition, index.file, 'change') ??
      (saved !== 'nothing' ? null : `The end of ${index.file} is missing.`),
    ofJournal(witnesses),
    isAllGone(witnesses)
      ? 'So is all else that knew of them: what git has is what is left. "Adopt Branch or Worktree…" takes up their branches.'
      : null,
    isSure && index.condition.kind === 'damaged' ? 'Everything in it could be restored.' : null,
    isSure && (journal.condition.kind === 'damaged' || isJournalLost) ? 'Git was asked: no landing is missing.' : null,
    saved === 'stories' ? 'Every story stands where later records say; only lines of its history are gone.' : null,
    ifAny(copied, (names) => `Restored from the search index: ${names}.`),
    ifAny(landed, (names) => `Landed by the merge journal or git, and Done again: ${names}.`),
    ifAny(
      behind,
      (names) => `The merge journal or a branch knows more than the records of ${names}; blocked until you say.`,
    ),
    ifAny(left, (names) => `Only text or branch is left of ${names}; they are blocked.`),
    ifAny(
      held,
      (names) =>
        `Nothing starts or lands for ${names} until you acknowledge this: compare their stages with git first.`,
    ),
    'Check the disk.',
  ];
  return sentences.filter((sentence) => sentence !== null).join(' ');
}

function ofJournal(witnesses: Witnesses): string | null {
  const { condition, file } = witnesses.journal;
  if (condition.kind !== 'empty') return ofLog(condition, file, 'step of a landing');
  return isJournalGone(witnesses) ? `${file} is missing or empty, with the steps of landings in it.` : null;
}

function ofLog(condition: LogCondition, file: string, what: string): string | null {
  switch (condition.kind) {
    case 'whole':
    case 'torn':
      return null;
    case 'empty':
      return `${file} is missing or empty, with the stories in it.`;
    case 'short':
      return `The end of ${file} is missing: ${howMany(condition.lost, what)}.`;
    case 'damaged': {
      const { lost, mended, keptIn } = condition;
      const said = lost === 0 ? `${count(mended, 'flipped bit')} set right` : howMany(lost, what);
      return `${file} was damaged on disk: ${said}. The damaged part is kept in ${keptIn}.`;
    }
  }
}

function howMany(lost: number | 'unknown', what: string): string {
  return lost === 'unknown' ? `an unknown number of ${what}s is lost` : `${count(lost, what)} lost`;
}

function ifAny(stories: readonly StoryRecord[], say: (names: string) => string): string | null {
  return stories.length === 0 ? null : say(namesOf(stories.map((story) => `#${story.number}`)));
}
