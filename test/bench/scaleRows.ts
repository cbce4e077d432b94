import { BoardMaker } from '../../src/core/board/boardMaker';
import { schedule } from '../../src/core/pipeline/schedule';
import type { Stage } from '../../src/core/story/stage';
import type { StoryRecord } from '../../src/core/story/story';
import { factsWith, STAGES, storyIn } from '../support/storyFixtures';
import { median, type Row } from './table';

const SHARES: readonly Stage[] = [STAGES.Backlog, STAGES.Backlog, STAGES.Coding, STAGES.QA, STAGES.Merge, STAGES.Done];

function storiesOf(count: number): StoryRecord[] {
  return Array.from({ length: count }, (_, index) =>
    storyIn(SHARES[index % SHARES.length] ?? STAGES.Backlog, {
      key: `key-${index}`,
      number: index + 1,
      title: `Story ${index} with a title of the usual length`,
      criteria: { done: 1, total: 3 },
      bodyAt: null,
    }),
  );
}

/** One change among so many stories: what the event loop is blocked for in one piece. */
export function scaleRows(counts: readonly number[]): Row[] {
  return counts.map((count) => {
    const maker = new BoardMaker();
    let stories = storiesOf(count);
    maker.make(factsWith(stories));
    const blocked: number[] = [];
    for (let turn = 0; turn < 7; turn += 1) {
      const at = turn * 3;
      stories = stories.map((story, index) => (index === at ? { ...story, title: `Changed ${turn}` } : story));
      const facts = factsWith(stories);
      const started = performance.now();
      schedule(facts);
      maker.make(facts);
      blocked.push(performance.now() - started);
    }
    return {
      what: `one change, ${count} stories: decide and show`,
      counts: '',
      ratio: `${median(blocked).toFixed(1)} ms in one piece`,
      reach: '≤ 50 ms',
    };
  });
}
