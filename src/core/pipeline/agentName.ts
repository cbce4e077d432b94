import { isOver } from '../sharing/sharedStory';
import type { StoryRecord } from '../story/story';
import type { PipelineFacts } from './facts';
import { CHOSEN_AS, RUN_ROLES, type RunRole } from './roles';

export type Choices = Pick<StoryRecord, (typeof CHOSEN_AS)[RunRole]>;

/** Of those that do this, by name: the one that the story names, else the first; undefined where there is none. */
export function chosenName(role: RunRole, names: readonly string[], story: Choices): string | undefined {
  return names.find((name) => name === story[CHOSEN_AS[role]]) ?? names[0];
}

/** The agent that does this for the story; null where people do it. */
export function agentName(
  role: RunRole,
  { coder, reviewer, merging, agents = {} }: Pick<PipelineFacts, 'coder' | 'reviewer' | 'merging' | 'agents'>,
  story: Choices,
): string | null {
  const first = { coder, reviewer: reviewer?.name, mergemaster: merging?.agent };
  return chosenName(role, agents[role] ?? [], story) ?? first[role] ?? null;
}

/** What there is another agent for than the story's own. One that is not configured is chosen against, too. */
export function choosable(agents: NonNullable<PipelineFacts['agents']>, story: StoryRecord): readonly RunRole[] {
  if (story.race !== undefined || story.worksAt !== undefined || isOver(story.stage)) return [];
  return RUN_ROLES.filter((role) => {
    const names = agents[role] ?? [];
    return names.some((name) => name !== (story[CHOSEN_AS[role]] ?? names[0]));
  });
}
