import assert from 'node:assert/strict';
import { needsGit, planRecovery } from '../../../../src/core/recovery/planRecovery';
import type { GitWitness, Witnesses } from '../../../../src/core/recovery/witnesses';
import type { MergeJob } from '../../../../src/core/landing/job';
import type { HistoryEntry } from '../../../../src/core/story/history';
import type { StoryRecord } from '../../../../src/core/story/story';
import { jobAt, OTHER_TIP, STAGES, TIP } from '../../../support/storyFixtures';
import { entryOf, storyNumber } from '../../store/storeFixtures';

const AT = '2026-01-02T13:00:00.000Z';
const CREATED = entryOf('k1', { event: 'Created', from: null, to: 'Backlog', sequence: 1 });
const BRANCH = 'refs/heads/story/1-story-1';
const NO_GIT: GitWitness = { landings: [], branches: new Map() };
const STARTED: GitWitness = { landings: [], branches: new Map([[BRANCH, TIP]]) };

interface Given {
  readonly stories?: readonly StoryRecord[];
  readonly history?: readonly HistoryEntry[];
  readonly jobs?: readonly MergeJob[];
  readonly journal?: 'whole' | 'empty';
  readonly orphans?: Witnesses['orphans'];
}

/** A log that looks whole, as one does that was cut between two records. */
function witnessesOf({ stories = [], history = [CREATED], jobs = [], journal = 'whole', orphans = [] }: Given) {
  const seen = { lastSequence: history.at(-1)?.sequence ?? 0, hasLanded: false, vouched: new Set<string>() };
  return {
    index: { condition: { kind: 'whole' }, file: 'stories.log', wasUsed: true, stories, graves: [], history, ...seen },
    journal: { condition: { kind: journal }, file: 'jobs.log', jobs },
    orphans,
    shadow: null,
  } satisfies Witnesses;
}

function planned(given: Given, git = NO_GIT) {
  const { restorations, loss } = planRecovery(witnessesOf(given), git, AT);
  const stories = restorations.flatMap((one) => (one.kind === 'story' ? [one.story] : []));
  const lines = restorations.map((one) => one.entry);
  return { stories, lines, loss, stages: stories.map((story) => `${story.key} ${story.stage.name}`) };
}

const inMerge = entryOf('k1', { from: 'QA', to: 'Merge', evidence: JSON.stringify({ tip: TIP }), sequence: 2 });
const landing = { key: 'k1', commit: OTHER_TIP, at: '2026-01-02T11:40:00.000Z' };

describe('What is written back after a loss', () => {
  for (const [what, job] of [
    ['is open', jobAt('gating')],
    ['has ended without landing', jobAt('gating', { stopped: { kind: 'storyMoved', tip: null } })],
  ] as const) {
    it(`[P1] a job that ${what} and a story whose history was never in the queue: blocked, told and held`, () => {
      const given = { stories: [storyNumber(1), storyNumber(2)], jobs: [job] };
      assert.equal(needsGit(witnessesOf(given), new Map()), true);
      const { stories, lines, loss, stages } = planned(given);
      assert.deepEqual([stages, stories[0]?.branch], [['k1 Blocked'], job.storyBranch]);
      assert.deepEqual([loss?.kind, loss?.held], ['lost', ['k1', 'k2']]);
      assert.match(loss?.text ?? '', /stories\.log is missing.*knows more than the records of #1/);
      const after = planned({ ...given, stories: [stories[0]!, storyNumber(2)], history: [CREATED, ...lines] });
      assert.deepEqual([after.stages, after.loss], [[], null], 'what was told is not found again');
    });
  }

  it('[P1] a job whose story was in the queue with its commit is known, and so is one with a later line', () => {
    const stories = [storyNumber(1, { branch: BRANCH })];
    assert.equal(planned({ stories, history: [CREATED, inMerge], jobs: [jobAt('gating')] }, STARTED).loss, null);
    const demoted = entryOf('k1', { event: 'Demote', from: 'Merge', to: 'Backlog', at: '2026-01-02T11:50:00.000Z' });
    assert.equal(planned({ stories, history: [CREATED, demoted], jobs: [jobAt('gating')] }, STARTED).loss, null);
    const another = { ...inMerge, evidence: JSON.stringify({ tip: OTHER_TIP }) };
    assert.deepEqual(planned({ stories, history: [CREATED, another], jobs: [jobAt('gating')] }).stages, ['k1 Blocked']);
  });

  it('[P1] a branch that a live story does not know shows that it was started: blocked, told and held', () => {
    const given = { stories: [storyNumber(1)] };
    assert.equal(needsGit(witnessesOf(given), STARTED.branches), true);
    const { stories, loss, stages } = planned(given, STARTED);
    assert.deepEqual([stages, stories[0]?.branch, loss?.kind, loss?.held], [['k1 Blocked'], BRANCH, 'lost', ['k1']]);
  });

  it('[P1] a branch that the record names is no loss, nor is one of that number from elsewhere, nor one of a story that is over', () => {
    const named = witnessesOf({ stories: [storyNumber(1, { branch: BRANCH })] });
    assert.equal(needsGit(named, STARTED.branches), false);
    assert.equal(planned({ stories: [storyNumber(1, { branch: BRANCH })] }, STARTED).loss, null);
    const elsewhere = { landings: [], branches: new Map([['refs/heads/story/1-of-another-copy', TIP]]) };
    assert.equal(planned({ stories: [storyNumber(1)] }, elsewhere).loss, null);
    assert.equal(planned({ stories: [storyNumber(1, { stage: STAGES.Archived })] }, STARTED).loss, null);
  });

  it('[P1] a journal that is gone is told where stories came through the queue, and those in it are held', () => {
    const landed = entryOf('k1', { event: 'MergeSucceeded', from: 'Merge', to: 'Done' });
    const done = storyNumber(1, { stage: STAGES.Done });
    const merging = storyNumber(2, { stage: STAGES.Merge, branch: STAGES.Merge.branch });
    const over = planned({ stories: [done], history: [CREATED, landed], journal: 'empty' });
    assert.deepEqual([over.loss?.kind, over.loss?.held, over.stages], ['restored', [], []]);
    assert.match(over.loss?.text ?? '', /^jobs\.log is missing or empty.*Git was asked: no landing is missing/);
    const open = planned({ stories: [done, merging, storyNumber(3)], history: [CREATED], journal: 'empty' });
    assert.deepEqual([open.loss?.kind, open.loss?.held], ['lost', ['k2']]);
    assert.equal(needsGit(witnessesOf({ stories: [merging], journal: 'empty' }), new Map()), true);
    assert.equal(planned({ stories: [storyNumber(1)], journal: 'empty' }).loss, null, 'nothing was ever in it');
  });

  it('[P1] a landing in the journal makes a story that is unknown Done, also before its job was cleaned up', () => {
    const { stories, stages } = planned({ history: [], jobs: [jobAt('landed')] });
    assert.deepEqual([stages, stories[0]?.title], [['k1 Done'], 'A']);
    const waiting = storyNumber(1, { stage: STAGES.Merge, branch: BRANCH });
    const known = { stories: [waiting], history: [CREATED, inMerge], jobs: [jobAt('landed')] };
    assert.deepEqual(planned(known).stages, [], 'its job tells a story that is there');
  });

  it('[P1] a job that was cut off in its landing tells its story by itself only where the story waits for it', () => {
    const git = { landings: [landing], branches: new Map<string, string>() };
    const jobs = [jobAt('landing')];
    const waiting = storyNumber(1, { stage: STAGES.Merge, branch: BRANCH });
    assert.deepEqual(planned({ stories: [waiting], history: [CREATED, inMerge], jobs }, git).stages, []);
    assert.deepEqual(planned({ stories: [storyNumber(1)], jobs }, git).stages, ['k1 Done']);
    assert.deepEqual(planned({ history: [], jobs }, git).stages, ['k1 Done'], 'nor is there a story to wait');
  });

  it('[P1, S5] with list, journal, texts and search index gone together, what git says landed is Done, and it is told', () => {
    const named = { ...landing, named: { number: 1, title: 'Greet by name (#1)' } };
    const git = { landings: [named, { ...named, key: 'k9' }], branches: new Map<string, string>() };
    const nothing = witnessesOf({ history: [] });
    const gone = (wasUsed: boolean): Witnesses => ({
      ...nothing,
      index: { ...nothing.index, condition: { kind: 'empty' }, wasUsed },
    });
    assert.equal(needsGit(gone(true), new Map()), true);
    const { restorations, loss } = planRecovery(gone(true), git, AT);
    const stories = restorations.flatMap((one) => (one.kind === 'story' ? [one.story] : []));
    assert.deepEqual(stories.map(({ key, number, title, stage }) => [key, number, title, stage.name]), [['k1', 1, 'Greet by name', 'Done']]); // prettier-ignore
    assert.match(loss?.text ?? '', /what git has is what is left/);
    assert.match(planRecovery(gone(true), STARTED, AT).loss?.text ?? '', /Adopt Branch/);
    assert.equal(planRecovery(gone(true), NO_GIT, AT).loss, null, 'nor did git ever hear of a story');
    assert.equal(needsGit(gone(false), new Map()), false, 'a store that is made here for the first time');
    assert.deepEqual(planRecovery(gone(false), git, AT), { restorations: [], loss: null });
  });

  it('[P1] a commit on the target makes its story Done, unless it was Done since, or is of another copy', () => {
    const git = { landings: [landing], branches: new Map<string, string>() };
    const stories = [storyNumber(1, { stage: STAGES.Coding, branch: BRANCH })];
    assert.deepEqual(planned({ stories }, git).stages, ['k1 Done']);
    const outside = entryOf('k1', { to: 'Done', evidence: JSON.stringify({ mergeCommit: TIP }), at: AT });
    assert.deepEqual(planned({ stories, history: [CREATED, outside] }, git).stages, []);
    const orphans = [{ key: 'k1', number: 1 }];
    assert.deepEqual(planned({ history: [], orphans }, git).stages, ['k1 Done']);
    assert.deepEqual(planned({ history: [] }, git).stages, []);
    const another = [storyNumber(2, { branch: 'refs/heads/story/2-b' })];
    assert.deepEqual(planned({ stories: another, history: [], orphans: [{ key: 'k3', number: 3 }] }, git).stages, []);
  });
});
