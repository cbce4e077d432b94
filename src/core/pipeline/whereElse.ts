import type { StoryRecord } from '../story/story';

/** That another machine of the team works on a story; null where none does. */
export function whereElse({ worksAt }: StoryRecord): string | null {
  return worksAt === undefined ? null : `the story is worked on by ${worksAt.name}`;
}
