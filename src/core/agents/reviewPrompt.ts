import { readCriteria } from '../story/criteria';
import type { StoryRecord } from '../story/story';
import { visible } from '../words/visible';
import { aboutData, asData } from './asData';
import { bodyPart, endOfOutput, indented } from './prompt';
import { verdictLines } from './review';

export interface ReviewPromptFacts {
  readonly story: Pick<StoryRecord, 'number' | 'title' | 'type'>;
  /** A random word, another one for each prompt. */
  readonly nonce: string;
  /** The word of `verdictLines`. */
  readonly id: string;
  readonly body: string;
  /** Short name of the branch that it is to land on. */
  readonly target: string;
  /** What it changes: from which commit, to which, and the patch. */
  readonly change: { readonly base: string; readonly tip: string; readonly patch: string };
  /** What the gates printed. */
  readonly output: string | null;
  /** What reviews of this round said before. */
  readonly earlier: readonly string[];
}

/** More of a change (characters) is looked at in the folder. */
const PATCH_LIMIT = 30_000;

/** What an agent is told that is to review a story. Never empty, and never begins like an option. */
export function reviewPrompt(facts: ReviewPromptFacts): string {
  const { story, nonce, body, change, output, earlier, target } = facts;
  const range = `${change.base} ${change.tip}`;
  const patch = indented(change.patch);
  const rest = patch.length > PATCH_LIMIT ? ` It is long, and the rest is left out: git diff ${range} shows it.` : '';
  const criteria = readCriteria(body)
    .map((one) => `- ${one.text}`)
    .join('\n');
  const said = endOfOutput(output);
  const parts = [
    `Review ${story.type} #${story.number}: ${visible(story.title)}`,
    aboutData(nonce),
    bodyPart(body) === '' ? '' : asData(nonce, 'the story', bodyPart(body)),
    criteria === '' ? '' : `All of this has to hold:\n${asData(nonce, 'what has to hold', criteria)}`,
    `This is what it changes (git diff ${range}).${rest}\n${asData(nonce, 'the change', patch.slice(0, PATCH_LIMIT))}`,
    said === '' ? '' : `Its gates are green.\n${asData(nonce, 'the end of their output', indented(said))}`,
    ...earlier.map((one) => `It was sent back before.\n${asData(nonce, 'what was found then', one)}`),
    `You are in a folder of your own with the commit ${change.tip}. Read what you need, and run what helps you to judge. Nothing that you change or commit counts: do not mend it, and leave branches alone.`,
    `Does the change do what the story asks, all of it, and can it land on ${target}? Look for what is wrong, missing, unsafe or untested. Matters of taste, and what the story does not ask for, are no reason to send it back.`,
    verdictPart(facts.id),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function verdictPart(id: string): string {
  const { findings, verdict } = verdictLines(id);
  return [
    `Where you have the tool review_verdict, say your verdict by it, with the word ${id}. Otherwise end with these lines, each at the beginning of a line of its own, and nothing after them:`,
    `${findings}\nwhat has to change: where, what is wrong there, and what would be right\n${verdict} reject`,
    `Where nothing has to change, the last line alone, as: ${verdict} accept`,
    'Without a verdict a person is asked.',
  ].join('\n\n');
}
