import { headOf } from '../../../src/core/board/boardHead';
import { pastBoard } from '../../../src/core/board/pastBoard';
import type { Statistics } from '../../../src/core/statistics/statistics';
import { STAGES, storyIn } from '../../support/storyFixtures';

const MIN = 60_000;
const spread = (median: number, count = 12) => ({ count, median, p90: median * 2.5, longest: median * 4 });
const known = { sum: 1.5, of: 9 };

/** What the host answers when figures are asked for. */
export const FIGURES: Statistics = {
  range: { from: null, to: null },
  landed: [
    { day: '2025-03-10', count: 2 },
    { day: '2025-03-13', count: 5 },
  ],
  sinceCreated: spread(180 * MIN),
  sinceCoding: spread(50 * MIN),
  stages: [
    { stage: 'Coding', time: spread(40 * MIN) },
    { stage: 'QA', time: spread(4 * MIN) },
    { stage: 'Merge', time: spread(340) },
    { stage: 'MergeFailure', time: spread(7 * MIN) },
  ],
  gates: [
    { gate: 'lint', runs: 30, passed: 29, failed: 1, trees: 28, flaky: 0, time: spread(20_000) },
    { gate: 'test', runs: 42, passed: 36, failed: 6, trees: 30, flaky: 2, time: spread(90_000) },
  ],
  agents: [
    { agent: 'opencode', cold: 3, warm: 9, whyCold: [{ why: 'first run', count: 3 }], time: spread(300_000), turns: known, tokens: known, costUsd: known },
  ],
}; // prettier-ignore

/** Figures of a repository in which nothing has happened yet. */
export const NO_FIGURES: Statistics = {
  ...FIGURES,
  landed: [],
  stages: [],
  gates: [],
  agents: [],
  sinceCreated: null,
  sinceCoding: null,
};

/** The latest changes, oldest first. */
export const MOMENTS = [10, 11, 12].map((minute, index) => ({
  at: `2025-03-14T11:${minute}:00.000Z`,
  text: `#${index + 1} was started`,
}));

/** A past board of one story. */
export function pastOf(title: string) {
  const story = storyIn(STAGES.Coding, { key: 'key-1', number: 1, title });
  const model = pastBoard({
    time: '2025-03-14T11:12:00.000Z',
    stories: [story],
    runs: new Map(),
    repository: 'greeter',
  });
  return { head: headOf(model), cards: model.cards };
}
