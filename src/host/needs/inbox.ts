import { waitingIn } from '../../core/board/overview';
import { openNotices, type OpenNotice } from '../../core/board/openNotices';
import type { StoryIn } from '../storyIn';
import type { Repositories } from '../repositories';
import type { RepositoryHost } from '../repositoryHost';

/** A notice that keeps stories from moving, and the repository that it holds up. */
export interface NoticeIn {
  readonly host: RepositoryHost;
  readonly notice: OpenNotice;
}

/**
 * What waits for the person in the whole window: the stories that every view counts, and beside them what holds up a
 * repository as a whole, which stands in its notices.
 */
export function whatWaits(repositories: Repositories): { readonly notices: NoticeIn[]; readonly stories: StoryIn[] } {
  const boards = repositories.all().map((host) => ({ host, board: host.model() }));
  return {
    notices: boards.flatMap(({ host, board }) => openNotices(board).map((notice) => ({ host, notice }))),
    stories: waitingIn(boards).map(({ repository, card }) => ({ host: repository.host, card })),
  };
}
