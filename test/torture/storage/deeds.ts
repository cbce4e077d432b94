import path from 'node:path';
import { HalfWrittenStories } from '../../../src/engine/stories/halfWrittenStories';
import { checkedBytes } from '../../../src/store/content/checkedFile';
import { gateOutputId } from '../../../src/core/story/contentIds';
import type { OpenStore } from '../../../src/store/openStore';
import { jobAt, STAGES } from '../../support/storyFixtures';
import { entryOf, storyNumber } from '../../unit/store/storeFixtures';

type Book = ConstructorParameters<typeof HalfWrittenStories>[0]['book'];

/** One change that somebody waits for; it is acknowledged when it resolves. */
export interface Deed {
  readonly name: string;
  readonly change: (store: OpenStore) => Promise<unknown>;
}

const later = '2026-01-02T11:50:00.000Z';

/** Every kind of change to the store that `makePast` made, one after another. */
export const DEEDS: readonly Deed[] = [
  {
    name: 'create',
    change: ({ stories }) =>
      stories.create(storyNumber(20), 'A new one\n', entryOf('k20', { number: 20, event: 'Created', from: null })),
  },
  {
    name: 'edit',
    change: ({ stories }) =>
      stories.rewrite(
        { ...now(stories, 'k5'), title: 'Said anew', updatedAt: later },
        'Another text\n',
        entryOf('k5', { number: 5, event: 'Edited' }),
      ),
  },
  {
    name: 'move',
    change: ({ stories }) =>
      stories.write(
        { ...now(stories, 'k6'), stage: STAGES.QA, stageAt: later, updatedAt: later },
        entryOf('k6', { number: 6, event: 'GatesStarted' }),
      ),
  },
  { name: 'delete', change: ({ stories }) => stories.bury('k7', entryOf('k7', { number: 7, event: 'Deleted' })) },
  {
    name: 'restore',
    change: ({ stories }) =>
      stories.unbury(
        'k7',
        (record) => ({ ...record, title: 'Back again' }),
        entryOf('k7', { number: 7, event: 'Restored' }),
      ),
  },
  { name: 'purge', change: ({ stories }) => stories.purge('k2', entryOf('k2', { number: 2, event: 'Purged' })) },
  { name: 'job', change: ({ jobs }) => jobs.append(jobAt('cleaned', { id: 'job-2', storyKey: 'k1', number: 1 })) },
  {
    name: 'output',
    change: async ({ content }) => {
      const output = content.openOutput(gateOutputId('k6'));
      output.write('all is well\n');
      await output.close();
    },
  },
  {
    name: 'archive',
    change: ({ stories }) =>
      stories.write(
        {
          ...now(stories, 'k8'),
          stage: { name: 'Archived', reason: { kind: 'completed' } },
          stageAt: later,
          updatedAt: later,
        },
        entryOf('k8', { number: 8, event: 'Accept', to: 'Archived' }),
      ),
  },
  { name: 'compact', change: ({ stories }) => stories.compact() },
  { name: 'recover', change: recover },
  { name: 'compact again', change: ({ stories }) => stories.compact() },
];

/** Files of a text that no story has, which `recover` finds. */
export const HALF_WRITTEN: ReadonlyMap<string, Buffer> = new Map([
  [path.join('content', 'h1', 'number'), Buffer.from('30\n')],
  [path.join('content', 'h1', 'body.checked'), checkedBytes('---\ntitle: Left behind\n---\n\nIts text\n')],
]);

async function recover({ stories, halfWritten }: OpenStore): Promise<void> {
  const silent = (): void => undefined;
  const book: Book = {
    recover: ({ title, body }, by, { key, from }) => {
      const story = storyNumber(31, { key, title });
      return stories.create(
        story,
        body,
        entryOf(key, { number: 31, by, event: 'Recovered', from: null, evidence: from }),
      );
    },
  };
  const log = { debug: silent, info: silent, warn: silent, error: silent };
  const half = new HalfWrittenStories({ halfWritten, book, stories: () => stories.stories(), log });
  const { results } = await half.recover({ mode: 'recover' });
  if (results[0]?.kind !== 'recovered') throw new Error('Nothing was recovered.');
}

function now(stories: OpenStore['stories'], key: string) {
  const story = stories.get(key);
  if (story === undefined) throw new Error(`There is no ${key}.`);
  return story;
}
