import type { StoryRecord } from '../story/story';
import { count, namesOf } from '../words/durations';
import type { Restored } from './restore';
import type { LogCondition, Witnesses } from './witnesses';

/** What a person is told of a loss: what, what was restored, where the damaged part is, what waits and what to do. */
export function describeLoss(
  { index, journal }: Witnesses,
  { copied, landed, left }: Restored,
  held: readonly StoryRecord[],
  saved: 'all' | 'stories' | 'nothing',
): string {
  const isSure = saved === 'all';
  const sentences = [
    ofLog(index.condition, index.file, 'change') ??
      (saved !== 'nothing' ? null : `The end of ${index.file} is missing.`),
    journal.condition.kind === 'empty' ? null : ofLog(journal.condition, journal.file, 'step of a landing'),
    isSure && index.condition.kind === 'damaged' ? 'Everything in it could be restored.' : null,
    isSure && journal.condition.kind === 'damaged' ? 'Git was asked: no landing is missing.' : null,
    saved === 'stories' ? 'Every story stands where later records say; only lines of its history are gone.' : null,
    ifAny(copied, (names) => `Restored from the search index: ${names}.`),
    ifAny(landed, (names) => `Landed by the merge journal or git, and Done again: ${names}.`),
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

function ofLog(condition: LogCondition, file: string, what: string): string | null {
  switch (condition.kind) {
    case 'whole':
    case 'torn':
      return null;
    case 'empty':
      return `${file} is missing or empty, with the stories in it.`;
    case 'damaged': {
      const { lost, mended, keptIn } = condition;
      const gone = lost === 'unknown' ? `an unknown number of ${what}s is lost` : `${count(lost, what)} lost`;
      const said = lost === 0 ? `${count(mended, 'flipped bit')} set right` : gone;
      return `${file} was damaged on disk: ${said}. The damaged part is kept in ${keptIn}.`;
    }
  }
}

function ifAny(stories: readonly StoryRecord[], say: (names: string) => string): string | null {
  return stories.length === 0 ? null : say(namesOf(stories.map((story) => `#${story.number}`)));
}
