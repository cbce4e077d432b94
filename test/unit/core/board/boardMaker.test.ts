import assert from 'node:assert/strict';
import fc from 'fast-check';
import { diffModel, isEmptyDelta } from '../../../../src/core/board/boardDelta';
import { BoardMaker } from '../../../../src/core/board/boardMaker';
import { buildBoardModel } from '../../../support/buildBoardModel';
import { ModelFeed, ModelMirror } from '../../../../src/core/board/modelFeed';
import type { JobFacts, LiveRun, PipelineFacts } from '../../../../src/core/pipeline/facts';
import type { StoryRecord } from '../../../../src/core/story/story';
import { STAGE_NAMES } from '../../../../src/core/story/stageNames';
import { EVENTS, factsWith, jobAt, NOW, OTHER_TIP, STAGES, storyIn, TIP } from '../../../support/storyFixtures';

const LOSS: PipelineFacts['losses'][number] = {
  id: 'l',
  at: '2026-01-02T11:30:00.000Z',
  kind: 'lost',
  text: 'Lost.',
  held: ['k2'],
};
const KEYS = ['k1', 'k2', 'k3', 'k4', 'k5'];

const arbitraryStory = (key: string, index: number): fc.Arbitrary<StoryRecord> =>
  fc
    .record({
      stage: fc.constantFrom(...STAGE_NAMES, 'Merge', 'Merge', 'Merge', 'Coding', 'QA', 'MergeFailure'),
      title: fc.constantFrom('A', 'B'),
      priority: fc.nat(3),
      branch: fc.constantFrom(null, 'refs/heads/story/1-a'),
      stageAt: fc.constantFrom('2026-01-02T11:30:00.000Z', '2026-01-02T08:00:00.000Z'),
    })
    .map(({ stage, ...rest }) => storyIn(STAGES[stage], { key, number: index + 1, ...rest }));

const arbitraryRun: fc.Arbitrary<LiveRun> = fc.record({
  kind: fc.constantFrom('coder', 'gates'),
  name: fc.constantFrom('opencode', 'test'),
  role: fc.constant(null),
  startedAt: fc.constantFrom(NOW, NOW - 5000),
  tip: fc.constant(null),
  progress: fc.option(fc.record({ gate: fc.constant('test'), index: fc.nat(2), total: fc.constant(3), startedAt: fc.constant(NOW) })), // prettier-ignore
});

const arbitraryJob = fc
  .record({
    key: fc.constantFrom(...KEYS),
    step: fc.constantFrom('queued', 'gating', 'landing', 'cleaned'),
    state: fc.constantFrom('active', 'orphaned'),
    wait: fc.option(
      fc.constant({
        why: { message: 'Local changes are in the way' },
        files: ['a.ts'],
        holdsBack: 'touching',
        since: NOW,
      } as const),
    ),
  })
  .map(({ key, step, ...rest }): JobFacts => ({ job: jobAt(step, { storyKey: key }), progress: null, ...rest }));

const byKey = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<ReadonlyMap<string, T>> =>
  fc.array(fc.tuple(fc.constantFrom(...KEYS), value), { maxLength: 3 }).map((entries) => new Map(entries));

const arbitraryFacts: fc.Arbitrary<PipelineFacts> = fc
  .record({
    stories: fc.tuple(...KEYS.map(arbitraryStory)).chain((stories) => fc.shuffledSubarray(stories)),
    change: fc.record({
      now: fc.constantFrom(NOW, NOW + 3 * 60 * 60 * 1000),
      target: fc.constantFrom<PipelineFacts['target']>(
        { kind: 'found', ref: 'refs/heads/main', tip: TIP },
        { kind: 'missing', message: 'There is no branch main.' },
      ),
      permission: fc.constantFrom('granted', 'unapproved', 'untrusted'),
      identity: fc.constantFrom('known', 'missing'),
      gates: fc.constantFrom<PipelineFacts['gates']>({ kind: 'none' }, { kind: 'invalid', message: 'Line 3.' }),
      coder: fc.constantFrom(null, 'opencode'),
      maxCoders: fc.nat(2),
      losses: fc.constantFrom<PipelineFacts['losses']>([], [LOSS]),
      tips: byKey(fc.constantFrom(null, TIP, OTHER_TIP)),
      runs: byKey(arbitraryRun),
      jobs: fc.array(arbitraryJob, { maxLength: 3 }),
      pending: byKey(fc.record({ event: fc.constantFrom('Start', 'Freeze'), since: fc.constant(NOW) })),
      criteria: byKey(fc.record({ done: fc.nat(1), total: fc.nat(2) })),
    }),
  })
  .map(({ stories, change }) => factsWith(stories, change));

describe('boards made one after another', () => {
  it('[U2] each is what its facts say, whatever was made before', () => {
    fc.assert(
      fc.property(fc.array(arbitraryFacts, { minLength: 2, maxLength: 5 }), (sequence) => {
        const maker = new BoardMaker();
        // Parts of the facts before stay, as they do in a pipeline, so that cards are kept as well.
        let facts = sequence[0]!;
        for (const [index, next] of sequence.entries()) {
          const isTaken = (_: unknown, at: number): boolean => (at + index) % 3 > 0;
          const names = Object.keys(next) as (keyof PipelineFacts)[];
          const taken = Object.fromEntries(names.filter(isTaken).map((name) => [name, next[name]]));
          const known = new Map(facts.stories.map((story) => [story.key, story]));
          const stories = next.stories.map((story, at) =>
            isTaken(story, at) ? story : (known.get(story.key) ?? story),
          );
          facts = { ...facts, ...taken, stories };
          assert.deepEqual(maker.make(facts), buildBoardModel(facts));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('[U2] facts that say the same give the same board', () => {
    fc.assert(
      fc.property(arbitraryFacts, (facts) => {
        const maker = new BoardMaker();
        const board = maker.make(facts);
        const again = { ...facts, runs: new Map(facts.runs), jobs: facts.jobs.map((job) => ({ ...job })) };
        assert.equal(maker.make(again), board);
        assert.equal(maker.rebuilt, 0);
      }),
    );
  });
});

describe('one change among 10,000 stories', function () {
  this.timeout(60_000);
  const SIZE = 10_000;
  /** Most wait or are done; ten are in each stage between. */
  const stories = Array.from({ length: SIZE }, (_, index) => {
    const name = index % 2 === 0 ? 'Backlog' : index < 220 ? STAGE_NAMES[(index >> 1) % STAGE_NAMES.length]! : 'Done';
    const title = `Story ${index + 1} with a title as long as people write them`;
    return storyIn(STAGES[name], { key: `key-of-story-${index + 1}`, number: index + 1, title });
  });
  const at = (name: StoryRecord['stage']['name']): StoryRecord => stories.find(({ stage }) => stage.name === name)!;
  const replace = (story: StoryRecord, change: Partial<StoryRecord>): StoryRecord[] =>
    stories.map((one) => (one === story ? { ...one, ...change } : one));
  const gate = { gate: 'test', index: 1, total: 3, startedAt: NOW };
  const run: LiveRun = { kind: 'coder', name: 'opencode', role: 'coder', startedAt: NOW, tip: null, progress: null };
  const later = '2026-01-02T12:00:00.000Z';

  const changes: readonly [string, number, (facts: PipelineFacts) => PipelineFacts][] = [
    ['nothing but the time', 0, (facts) => ({ ...facts, now: NOW + 1000 })],
    ['a new story', 1, (facts) => ({ ...facts, stories: [...stories, storyIn(STAGES.Backlog, { key: 'new', number: SIZE + 1 })] })],
    ['a story that is gone', 0, (facts) => ({ ...facts, stories: stories.slice(1) })],
    ['another title', 1, (facts) => ({ ...facts, stories: replace(at('Coding'), { title: 'Another' }) })],
    ['another priority', 1, (facts) => ({ ...facts, stories: replace(stories[9_000]!, { priority: 0 }) })],
    ['a click on Start', 1, (facts) => ({ ...facts, pending: new Map([[at('Backlog').key, { event: EVENTS.Start.name, since: NOW }]]) })],
    ['a story that starts', 1, (facts) => ({ ...facts, stories: replace(at('Backlog'), { stage: STAGES.Coding, stageAt: later }) })],
    ['an agent that begins', 1, (facts) => ({ ...facts, runs: new Map([[at('Coding').key, run]]) })],
    ['the next gate of a run', 1, (facts) => ({ ...facts, runs: new Map([[at('MergeFailure').key, { ...run, progress: gate }]]) })],
    ['a commit on a story', 1, (facts) => ({ ...facts, tips: new Map([...facts.tips, [at('MergeFailure').key, OTHER_TIP]]) })],
    ['a commit on the target', 0, (facts) => ({ ...facts, target: { kind: 'found', ref: 'refs/heads/main', tip: OTHER_TIP } })],
    ['a ticked criterion', 1, (facts) => ({ ...facts, criteria: new Map([[at('Coding').key, { done: 1, total: 2 }]]) })],
    ['gates that begin in QA', 10, (facts) => ({ ...facts, runs: new Map([[at('QA').key, { ...run, kind: 'gates' }]]) })],
    ['the first of the queue that lands', 10, (facts) => ({ ...facts, stories: replace(at('Merge'), { stage: STAGES.Done, stageAt: later }) })],
  ]; // prettier-ignore
  for (const [what, cards, change] of changes) {
    it(`[U2] ${what}: at most ${cards} cards are made anew, and at most 4 kB sent`, () => {
      const [maker, feed] = [new BoardMaker(), new ModelFeed()];
      const facts = factsWith(stories);
      feed.next(maker.make(facts));
      assert.equal(maker.rebuilt, SIZE);
      const before = maker.make(facts);
      const after = maker.make(change(facts));
      assert.ok(maker.rebuilt <= cards, `${maker.rebuilt} cards`);
      assert.equal(isEmptyDelta(diffModel(before, after)), what === 'nothing but the time');
      const bytes = Buffer.byteLength(JSON.stringify(feed.next(after)));
      assert.ok(bytes <= 4096, `${bytes} bytes`);
    });
  }

  it('[A2, P5] every view hears that the disk has room again', () => {
    const [feed, mirror] = [new ModelFeed(), new ModelMirror()];
    const shown = (diskRoom: NonNullable<PipelineFacts['diskRoom']> | null): unknown => {
      const message = feed.next(buildBoardModel(factsWith([], { diskRoom })));
      if (message !== null) mirror.take(message);
      return mirror.model?.room ?? null;
    };
    assert.notEqual(shown({ free: 1, worktree: null }), null);
    assert.equal(shown(null), null);
  });
});
