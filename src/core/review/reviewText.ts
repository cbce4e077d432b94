import { sayConflict, type CardConflict } from '../board/conflictWords';
import { english, inLanguage, type Translate } from '../words/said';
import { visible } from '../words/visible';
import type { Criterion } from '../story/criteria';
import type { ShownReview, ShownThread, ThreadState } from './comments';

/** Which changes stand below: those up to `tip`, of which `from` on alone where that is not null. */
interface ShownChanges {
  readonly from: string | null;
  readonly tip: string;
}

export interface ReviewTextFacts {
  readonly story: { readonly number: number; readonly title: string };
  /** Null where nobody said which, and then they are those of the review. */
  readonly shown?: ShownChanges | null;
  /** Short name of the branch that it would land on. */
  readonly target: string;
  readonly review: ShownReview;
  readonly criteria: readonly Criterion[];
  readonly conflicts: readonly CardConflict[];
  /** Why the story stands as it does, in words of the language; said where nobody is asked for a review. Null for nothing. */
  readonly now?: string | null;
}

/** What is to be known before the changes of a story are read: why somebody is asked, what is new, what was said. */
export function reviewText(
  { story, target, review, criteria, conflicts, shown, now }: ReviewTextFacts,
  translate: Translate = english,
): string {
  const { reasons, threads } = review;
  return laidOut([
    headLine(story, target),
    part(
      translate('Why you are asked'),
      reasons.map((one) => visible(translate(one))),
    ),
    reasons.length === 0 ? visible(now ?? '') : '',
    sayShown(review, shown ?? null, translate),
    part(
      translate('Said about its changes'),
      threads.map((thread) => threadLine(thread, translate)),
    ),
    part(
      translate('Criteria'),
      criteria.map(({ done, text }) => `${done ? '[x]' : '[ ]'} ${visible(text)}`),
    ),
    part(
      translate('Conflicts to come'),
      conflicts.map((one) => inLanguage([sayConflict(one)], translate)),
    ),
    reasons.length === 0
      ? ''
      : translate('Comment on any line below; Approve, Reject and Next stand above, on the right.'),
  ]);
}

/** What stands above changes that are no story's any more: why nothing is asked. */
export function reviewOverText(
  { story, target, isDone }: Pick<ReviewTextFacts, 'story' | 'target'> & { readonly isDone: boolean },
  translate: Translate = english,
): string {
  const said = isDone
    ? translate('It has landed. Nothing is asked of you here any more.')
    : translate('It changes nothing against {0} now.', visible(target));
  return laidOut([headLine(story, target), said]);
}

function headLine({ number, title }: ReviewTextFacts['story'], target: string): string {
  return `#${number} ${visible(title)} → ${visible(target)}`;
}

/** Of which commits the changes below are, where that is not plain. */
function sayShown({ since, tip }: ShownReview, shown: ShownChanges | null, translate: Translate): string {
  const short = (commit: string): string => commit.slice(0, 8);
  if (shown !== null && shown.tip !== tip)
    return translate('Below is {0}, and it is at {1} now: Open Diff shows that.', short(shown.tip), short(tip));
  if (shown?.from != null) return translate('Below is only what came since {0}, which you looked at.', short(shown.from)); // prettier-ignore
  return since === null
    ? ''
    : translate(
        'You looked at {0} before, and this is {1}: Show What Is New has what came since alone.',
        short(since.tip),
        short(tip),
      );
}

function laidOut(parts: readonly string[]): string {
  return parts
    .filter((one) => one !== '')
    .map((one) => one.split('\n').flatMap(wrapped).join('\n'))
    .join('\n\n')
    .concat('\n');
}

/** Characters of a line: about what one half of the editor shows of it. */
const WIDTH = 48;

/** A line broken between words, what follows indented as the first. */
function wrapped(line: string): string[] {
  const indent = /^ *(?:· )?/.exec(line)?.[0] ?? '';
  const lines: string[] = [];
  let now = indent;
  for (const word of line.slice(indent.length).split(' ')) {
    if (now.trim() !== '' && now.trim() !== '·' && now.length + 1 + word.length > WIDTH) {
      lines.push(now);
      now = ' '.repeat(indent.length) + word;
    } else now = now === indent ? now + word : `${now} ${word}`;
  }
  return [...lines, now];
}

const STATE_WORDS: Readonly<Record<ThreadState, string>> = {
  open: 'goes to the coder with Reject',
  sent: 'sent, not changed since',
  answered: 'answered: its lines have changed',
  settled: 'put aside',
};

/** What a thread is, in a few words. */
export function stateWords(state: ThreadState): string {
  return STATE_WORDS[state];
}

function threadLine({ path, line, now, state, said }: ShownThread, translate: Translate): string {
  const [first = ''] = (said[0]?.text ?? '').split('\n');
  return `${visible(now?.path ?? path)}:${now?.line ?? line} (${translate(stateWords(state))}): ${visible(first)}`;
}

function part(title: string, lines: readonly string[]): string {
  return lines.length === 0
    ? ''
    : [title, ...lines.map((line) => `  · ${line.replaceAll(/\s*\n\s*/g, ' ')}`)].join('\n');
}
