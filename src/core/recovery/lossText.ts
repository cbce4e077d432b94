import type { StoryRecord } from '../story/story';
import { say, type Said } from '../words/said';
import { isAllGone, isJournalGone } from './contradictions';
import type { Restored } from './restore';
import type { LogCondition, Witnesses } from './witnesses';

/** How many of what a log holds are lost, for one, for several, and where nobody can count them. */
const LOST = {
  change: {
    one: say('1 change lost'),
    many: (lost: number) => say('{0} changes lost', lost),
    unknown: say('an unknown number of changes is lost'),
  },
  step: {
    one: say('1 step of a landing lost'),
    many: (lost: number) => say('{0} steps of landings lost', lost),
    unknown: say('an unknown number of steps of landings is lost'),
  },
} as const;
type Lost = keyof typeof LOST;

/** What a person is told of a loss: what, what was restored, where the damaged part is, what waits and what to do. */
export function sayLoss(
  witnesses: Witnesses,
  { copied, landed, behind, left }: Restored,
  held: readonly StoryRecord[],
  saved: 'all' | 'stories' | 'nothing',
): Said[] {
  const { index, journal } = witnesses;
  const isSure = saved === 'all';
  const isJournalLost = isJournalGone(witnesses);
  const sentences = [
    ofLog(index.condition, index.file, 'change') ??
      (saved !== 'nothing' ? null : say('The end of {0} is missing.', index.file)),
    ofJournal(witnesses),
    isAllGone(witnesses)
      ? say('So is all else that knew of them: what git has is what is left. "Adopt Branch or Worktree…" takes up their branches.') // prettier-ignore
      : null,
    isSure && index.condition.kind === 'damaged' ? say('Everything in it could be restored.') : null,
    isSure && (journal.condition.kind === 'damaged' || isJournalLost)
      ? say('Git was asked: no landing is missing.')
      : null,
    saved === 'stories' ? say('Every story stands where later records say; only lines of its history are gone.') : null,
    ifAny(copied, (names) => say('Restored from the search index: {0}.', names)),
    ifAny(landed, (names) => say('Landed by the merge journal or git, and Done again: {0}.', names)),
    ifAny(behind, (names) => say('The merge journal or a branch knows more than the records of {0}; blocked until you say.', names)), // prettier-ignore
    ifAny(left, (names) => say('Only text or branch is left of {0}; they are blocked.', names)),
    ifAny(held, (names) => say('Nothing starts or lands for {0} until you acknowledge this: compare their stages with git first.', names)), // prettier-ignore
    CHECK_DISK,
  ];
  return sentences.filter((sentence) => sentence !== null);
}

/** With what each telling of a loss ends. */
export const CHECK_DISK = say('Check the disk.');

function ofJournal(witnesses: Witnesses): Said | null {
  const { condition, file } = witnesses.journal;
  if (condition.kind !== 'empty') return ofLog(condition, file, 'step');
  return isJournalGone(witnesses) ? say('{0} is missing or empty, with the steps of landings in it.', file) : null;
}

function ofLog(condition: LogCondition, file: string, what: Lost): Said | null {
  switch (condition.kind) {
    case 'whole':
    case 'torn':
      return null;
    case 'empty':
      return say('{0} is missing or empty, with the stories in it.', file);
    case 'short':
      return say('The end of {0} is missing: {1}.', file, howMany(condition.lost, what));
    case 'damaged': {
      const { lost, mended, keptIn } = condition;
      const said = lost === 0 ? bitsMended(mended) : howMany(lost, what);
      return say('{0} was damaged on disk: {1}. The damaged part is kept in {2}.', file, said, keptIn);
    }
  }
}

function bitsMended(mended: number): Said {
  return mended === 1 ? say('1 flipped bit set right') : say('{0} flipped bits set right', mended);
}

function howMany(lost: number | 'unknown', what: Lost): Said {
  const { one, many, unknown } = LOST[what];
  if (lost === 'unknown') return unknown;
  return lost === 1 ? one : many(lost);
}

function ifAny(
  stories: readonly StoryRecord[],
  tell: (names: { readonly names: readonly string[] }) => Said,
): Said | null {
  return stories.length === 0 ? null : tell({ names: stories.map((story) => `#${story.number}`) });
}
