import { pastBoard } from '../core/board/pastBoard';
import type { GitPort } from '../ports/git';
import type { OpenStore } from '../store/openStore';
import type { Pipeline } from './pipeline';
import { findPrivateWords } from './privateWords';

/** Questions about what was, which the store answers by itself. */
export type Questions = Pick<Pipeline, 'search' | 'statistics' | 'timeline' | 'boardAt' | 'privateWords'>;

interface QuestionParts {
  readonly store: Pick<OpenStore, 'stories' | 'content' | 'shadow' | 'search'>;
  readonly git: Pick<GitPort, 'branchTips' | 'worktrees' | 'identity'>;
  /** Name of the repository for people. */
  readonly repository: string;
}

export function answerQuestions({ store, git, repository }: QuestionParts): Questions {
  const { stories, content, shadow, search } = store;
  return {
    search: (text, limit) => search.search(text, limit),
    statistics: (range) => shadow.statistics(range),
    timeline: async ({ key, before, limit }) => {
      const cursor = before ?? Number.MAX_SAFE_INTEGER;
      // One more than is asked for says whether anything is older.
      const found = await stories.history({ cursor, limit: limit + 1, order: 'back', ...(key !== null && { key }) });
      const entries = found.slice(0, limit);
      const last = entries.at(-1);
      return { entries, next: found.length > limit && last !== undefined ? last.sequence : null };
    },
    boardAt: async (time) =>
      pastBoard({ time, stories: await stories.recordsAt(time), runs: await shadow.runsAt(time), repository }),
    privateWords: () => findPrivateWords({ git, stories, content }),
  };
}
