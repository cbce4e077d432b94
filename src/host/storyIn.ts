import type { Card } from '../core/board/card';
import type { Repositories } from './repositories';
import type { RepositoryHost } from './repositoryHost';

/** Whatever knows the repositories of the window. */
interface Window {
  readonly repositories: Repositories;
}

/** A story, and the repository that it is in. */
export interface StoryIn {
  readonly host: RepositoryHost;
  readonly card: Card;
}

/** Every story that is shown in the window. */
export function everyStory({ repositories }: Window): StoryIn[] {
  return repositories.all().flatMap((host) => (host.model()?.cards ?? []).map((card) => ({ host, card })));
}

/** The story with this key as it is now; null where no repository of the window shows it. */
export function storyWith({ repositories }: Window, key: string): StoryIn | null {
  const host = repositories.holding(key);
  const card = host?.model()?.cards.find((one) => one.key === key);
  return host === null || card === undefined ? null : { host, card };
}
