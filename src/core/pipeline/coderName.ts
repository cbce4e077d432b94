import type { StoryRecord } from '../story/story';
import type { PipelineFacts } from './facts';

/** The agent that codes this story: the one that it names, else the first; null where people do it. */
export function coderName(
  { coder, coders = [] }: Pick<PipelineFacts, 'coder' | 'coders'>,
  { agent }: Pick<StoryRecord, 'agent'>,
): string | null {
  return agent !== undefined && coders.includes(agent) ? agent : coder;
}
