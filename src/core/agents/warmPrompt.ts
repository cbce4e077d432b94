import type { Feedback } from '../story/stage';
import type { StoryRecord } from '../story/story';
import { visible } from '../words/visible';
import { aboutData, asData } from './asData';
import { endOfOutput, indented, type TargetConflict } from './prompt';

export interface WarmPromptFacts {
  /** A word that nobody can guess, which marks where texts of others begin and end. */
  readonly nonce: string;
  readonly story: Pick<StoryRecord, 'number' | 'title' | 'type'>;
  /** Short name of the story's branch. */
  readonly branch: string;
  /** Short name of the branch that stories land on. */
  readonly target: string;
  readonly feedback: Feedback | null;
  /** What the gates printed when they failed. */
  readonly output: string | null;
  readonly targetConflict?: TargetConflict | null;
  /** How the run before it broke off, in a sentence; null where it did not. */
  readonly brokeOff: string | null;
}

/**
 * What an agent is told that knows the story: to go on, and what went wrong if something did. Short, never empty, and nothing
 * that it has read already.
 */
export function warmPrompt(facts: WarmPromptFacts): string {
  const { story, branch, brokeOff } = facts;
  const parts = [
    `Go on with ${story.type} #${story.number}: ${visible(story.title)}.`,
    brokeOff === null ? '' : `Your last run was cut off: ${brokeOff}`,
    failurePart(facts),
    conflictPart(facts),
    `Commit all your work on the branch ${branch}, and stop when it is complete. What is not committed does not count.`,
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

const CAUSES: Record<Feedback['kind'], string> = {
  gates: 'The quality gates failed on what you committed. Fix what they found.',
  review: 'It was reviewed and sent back. Do what the review asks.',
  merge: 'It could not be merged. Make it fit the target branch.',
  landed: 'It landed, and a gate that runs after landings failed because of it. Fix what the gate found.',
  reopened: 'The story was done and has been opened again.',
};

function failurePart({ nonce, feedback, output, target }: WarmPromptFacts): string {
  if (feedback === null) return '';
  const said = feedback.summary.trim();
  const parts = [
    aboutData(nonce),
    CAUSES[feedback.kind],
    said === '' ? '' : asData(nonce, 'what was said of it', said),
  ];
  if (feedback.files.length > 0) parts.push(feedback.files.map((file) => `- ${visible(file)}`).join('\n'));
  if (feedback.kind === 'merge' || feedback.kind === 'landed')
    parts.push(`Merge ${target} into this branch (git merge ${target}), resolve what conflicts, and commit the merge.`);
  const end = endOfOutput(output);
  if (end !== '') parts.push(asData(nonce, 'the end of the output', indented(end)));
  return parts.filter((part) => part !== '').join('\n\n');
}

function conflictPart({ targetConflict = null }: WarmPromptFacts): string {
  if (targetConflict === null) return '';
  const { target, files } = targetConflict;
  const where = files.length === 0 ? '' : `: ${files.map(visible).join(', ')}`;
  return `The branch ${target} has moved, and the two conflict now${where}. Commit your work, merge ${target} into this branch (git merge ${target}), keep the changes of both sides, and commit the merge.`;
}
