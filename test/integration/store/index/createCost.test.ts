import assert from 'node:assert/strict';
import { NUMBER_LIMIT } from '../../../../src/core/story/numbers';
import { KnownDependencies } from '../../../../src/engine/stories/knownDependencies';
import { StoryBook } from '../../../../src/engine/stories/storyBook';
import { stepsOf } from '../../../support/stepsOf';
import { STAGES } from '../../../support/storyFixtures';
import { TemporaryFolder } from '../../../support/temporaryFolder';
import { entryOf, storyNumber } from '../../../unit/store/storeFixtures';
import { hastyDisk, openStoreIn, type StoreUnderTest } from '../fixtures';

describe('a new story beside archived ones', () => {
  const folder = new TemporaryFolder();
  let store: StoreUnderTest | null = null;

  afterEach(() => store?.close());
  after(() => folder.remove());

  /** Stories that are done with and are no longer in the log, and a book that makes new ones. */
  async function bookBehind(numbers: readonly number[]): Promise<StoryBook> {
    store = await openStoreIn(folder.at(`of-${numbers.length}`), { disk: hastyDisk });
    const { stories, content, clock, log } = store;
    for (const number of numbers) {
      const story = storyNumber(number);
      await stories.create(story, `Body ${number}`, entryOf(story.key, { number }));
      await stories.write({ ...story, stage: STAGES.Archived }, entryOf(story.key, { number }));
    }
    await stories.compact();
    assert.deepEqual(stories.stories(), []);
    let made = 0;
    return new StoryBook({
      git: { branchTips: () => Promise.resolve(new Map<string, string>()), worktrees: () => Promise.resolve([]) },
      store: stories,
      content,
      clock,
      log,
      newId: () => `new-${(made += 1)}`,
      dependencies: new KnownDependencies(stories),
    });
  }

  async function create(book: StoryBook): Promise<number> {
    const made = await book.create({ title: 'New', type: 'story', body: '' }, 'person');
    if (made.kind !== 'created') throw new Error(made.message);
    return made.story.number;
  }

  const upTo = (last: number): number[] => Array.from({ length: last }, (_, at) => at + 1);

  it('[S5, P2] takes as many steps beside a hundred and twenty of them as beside twenty', async () => {
    const steps: number[] = [];
    for (const archived of [20, 120]) {
      const book = await bookBehind(upTo(archived));
      assert.equal(await create(book), archived + 1, 'the first reads what there is');
      const each: number[] = [];
      for (let next = archived + 2; next < archived + 5; next += 1)
        each.push(await stepsOf(async () => assert.equal(await create(book), next)));
      // What else goes on in this process is counted as well.
      steps.push(Math.min(...each));
      await store?.close();
      store = null;
    }
    const [few = 0, many = 0] = steps;
    assert.ok(few > 100, `${few} steps were seen`);
    assert.ok(many - few < 100, `${few} steps beside 20, ${many} beside 120: one more for each would be ${few + 100}`);
  });

  it('[S5] where an archived one has the last number, the highest below that with a free one behind it counts', async () => {
    const book = await bookBehind([1, 2, 7, NUMBER_LIMIT - 1, NUMBER_LIMIT]);
    assert.equal(await create(book), 8);
    assert.equal(await create(book), 9);
  });
});
