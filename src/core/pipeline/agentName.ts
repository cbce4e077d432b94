import { isOver } from '../sharing/sharedStory';
import type { StoryRecord } from '../story/story';
import type { PipelineFacts } from './facts';
import { CHOSEN_AS, RUN_ROLES, type RunRole } from './roles';

/** The agent that does this for the story: the one that it names, else the first; null where people do it. */
export function agentName(
  role: RunRole,
  { coder, reviewer, merging, agents = {} }: Pick<PipelineFacts, 'coder' | 'reviewer' | 'merging' | 'agents'>,
  story: Pick<StoryRecord, (typeof CHOSEN_AS)[RunRole]>,
): string | null {
  const chosen = story[CHOSEN_AS[role]];
  if (chosen !== undefined && agents[role]?.includes(chosen) === true) return chosen;
  const first = { coder, reviewer: reviewer?.name, mergemaster: merging?.agent };
  return first[role] ?? null;
}

/** What there is another agent for than the story's own. One that is not configured is chosen against, too. */
export function choosable(agents: NonNullable<PipelineFacts['agents']>, story: StoryRecord): readonly RunRole[] {
  if (story.race !== undefined || story.worksAt !== undefined || isOver(story.stage)) return [];
  return RUN_ROLES.filter((role) => {
    const names = agents[role] ?? [];
    return names.some((name) => name !== (story[CHOSEN_AS[role]] ?? names[0]));
  });
}
