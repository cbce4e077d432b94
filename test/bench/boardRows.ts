import { BoardMaker } from '../../src/core/board/boardMaker';
import { ModelFeed } from '../../src/core/board/modelFeed';
import { factsWith, NOW, STAGES, storyIn } from '../support/storyFixtures';
import { times, type Row } from './table';

const TURNS = 20;

/** One change on a board of this many stories: what it makes anew, what it sends, and its CPU against a whole board's. */
export function boardRows(size: number): Row[] {
  const stories = Array.from({ length: size }, (_, index) => {
    const stage = index % 2 === 0 ? STAGES.Backlog : STAGES.Done;
    const title = `Story ${index + 1} with a title as long as people write them`;
    return storyIn(stage, { key: `key-of-story-${index + 1}`, number: index + 1, title, priority: index % 4 });
  });
  const [maker, feed] = [new BoardMaker(), new ModelFeed()];
  let facts = factsWith(stories);
  const whole = cpu(() => feed.next(new BoardMaker().make(facts)));
  feed.startOver();
  const wholeBytes = Buffer.byteLength(JSON.stringify(feed.next(maker.make(facts))));
  let rebuilt = 0;
  let bytes = 0;
  const spent: number[] = [];
  for (let turn = 0; turn < TURNS; turn += 1) {
    const stageAt = new Date(NOW + turn * 1000).toISOString();
    const moved = facts.stories.map((story, at) =>
      at === 2 * turn ? { ...story, stage: STAGES.Done, stageAt } : story,
    );
    facts = { ...facts, stories: moved };
    spent.push(
      cpu(() => {
        const message = feed.next(maker.make(facts));
        bytes = Math.max(bytes, Buffer.byteLength(JSON.stringify(message)));
      }),
    );
    rebuilt = Math.max(rebuilt, maker.rebuilt);
  }
  const median = spent.sort((a, b) => a - b)[TURNS >> 1] ?? 0;
  return [
    {
      what: `one story moves on a board of ${size}`,
      counts: `${rebuilt} cards made anew, ${bytes} bytes sent (whole: ${wholeBytes})`,
      ratio: `${times(median, whole)} CPU of the whole board`,
      reach: '≤ 4096 bytes',
    },
  ];
}

/** CPU time in microseconds. */
function cpu(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
