import type { StoryRecord } from './story';

/** A story that has just been made and on which nothing was done yet. `at` is ISO 8601 in UTC. */
export function freshRecord({
  at,
  ...known
}: Pick<StoryRecord, 'key' | 'number' | 'type' | 'title' | 'criteria'> & { readonly at: string }): StoryRecord {
  return {
    ...known,
    dependsOn: [],
    priority: 2,
    labels: [],
    branch: null,
    stage: { name: 'Backlog' },
    stageAt: at,
    queuedAt: null,
    strikes: [],
    bodyAt: null,
    createdAt: at,
    updatedAt: at,
  };
}
