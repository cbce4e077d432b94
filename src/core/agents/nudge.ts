import type { Feedback } from '../story/stage';
import type { StoryRecord } from '../story/story';
import { aboutData, asData } from './asData';

interface Nudged {
  readonly story: Pick<StoryRecord, 'number'>;
  /** Random, so that nothing that others wrote can end their own part. */
  readonly nonce: string;
  readonly feedback: Feedback | null;
  readonly output: string | null;
}

const TAIL = 4000;

/**
 * What an agent is told that still knows its story: short, and never empty. What went wrong since is in it, with the end of
 * the output; what there is to read is not said again.
 */
export function nudge({ story, nonce, feedback, output }: Nudged): string {
  const said = feedback?.summary.trim() ?? '';
  const printed = output?.slice(-TAIL).trim() ?? '';
  const parts = [
    `Go on with your work on #${story.number}.`,
    said === '' && printed === '' ? '' : aboutData(nonce),
    said === '' ? '' : `Since then:\n${asData(nonce, 'what was said of it', said)}`,
    printed === '' ? '' : asData(nonce, 'the end of the output', printed),
    'Commit all of it when it is done.',
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}
