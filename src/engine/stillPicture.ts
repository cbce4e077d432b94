import { BoardMaker } from '../core/board/boardMaker';
import type { BoardModel } from '../core/board/boardModel';
import type { StoreLoss } from '../core/recovery/storeLoss';
import type { StoryRecord } from '../core/story/story';
import type { Told } from '../core/words/said';
import { unlookedFacts } from './observe';

interface Still {
  readonly stories: readonly StoryRecord[];
  readonly losses: readonly StoreLoss[];
  readonly repository: string;
  /** In ms since 1970. */
  readonly now: number;
  /** Why there is nothing more to show. */
  readonly why: Told;
}

/** The board of a repository whose engine cannot run: its stories as they were written last, and why nothing moves. */
export function stillPicture({ stories, losses, repository, now, why }: Still): BoardModel {
  const facts = unlookedFacts({
    store: { stories: () => stories },
    health: { losses: () => losses },
    findings: { list: () => [] },
    clock: { now: () => now },
    folders: { repositoryName: repository },
    settings: () => ({ maxCoders: 0 }),
  });
  // Nobody has looked at git; that is said by the one sentence that says why.
  const model = new BoardMaker().make({ ...facts, storeProblem: why });
  return { ...model, notices: model.notices.filter((notice) => notice.action?.id !== 'setTarget') };
}
