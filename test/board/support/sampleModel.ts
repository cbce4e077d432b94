import type { LiveRun, PipelineFacts } from '../../../src/core/pipeline/facts';
import { storyBranches } from '../../../src/core/story/names';
import type { Stage } from '../../../src/core/story/stage';
import type { StoryRecord } from '../../../src/core/story/story';
import { buildBoardModel } from '../../support/buildBoardModel';
import { factsWith, jobAt, STAGES, storyIn, TIP } from '../../support/storyFixtures';
import { arrangeCards } from '../../../src/core/board/arrangeCards';
import type { BoardHead, BoardModel } from '../../../src/core/board/boardModel';
import type { Card } from '../../../src/core/board/card';
import { say } from '../../../src/core/words/said';

/** The moment at which the tests look at the board. */
export const NOW = Date.parse('2025-03-14T12:00:00Z');

function ago(minutes: number): string {
  return new Date(NOW - minutes * 60_000).toISOString();
}

/** A card in Backlog unless told otherwise. */
export function makeCard(number: number, given: Partial<Card> = {}): Card {
  return {
    key: `key-${number}`,
    number,
    type: 'story',
    title: `Story ${number}`,
    labels: [],
    priority: 2,
    dependsOn: [],
    neededBy: [],
    conflicts: [],
    stage: 'Backlog',
    column: 'Backlog',
    group: 'Backlog',
    state: 'idle',
    mark: null,
    since: ago(60),
    agent: null,
    question: null,
    facts: [],
    why: null,
    primaryActions: [],
    actions: ['start', 'freeze', 'block', 'abandon', 'moveToStage', 'showOutput'],
    moves: ['Coding', 'Frozen', 'Blocked', 'Archived'],
    need: null,
    brief: given.why ?? null,
    said: { why: null, brief: null, facts: [] },
    ...given,
  };
}

/** A model of these cards, in this order, for what concerns cards in any number or of any kind. */
export function makeModel(cards: readonly Card[], given: Partial<BoardHead> = {}): BoardModel {
  const head: BoardHead = {
    repository: 'greeter',
    target: { name: 'main', tip: 'a41f09c2'.repeat(5) },
    mode: 'leading',
    notices: [],
    queue: null,
    agents: null,
    sharing: null,
    counts: { running: 0, queued: 0, stuck: 0, needsYou: cards.filter((card) => card.need !== null).length },
  };
  return arrangeCards({ ...head, ...given }, cards);
}

const FEEDBACK = { kind: 'gates', summary: 'Gate test exited with code 1.', files: [], outputId: null } as const;
const TRIED = {
  name: 'MergeFailure',
  tip: TIP,
  by: 'gates',
  kind: 'contentConflict',
  files: [],
  outputId: null,
} as const;
const MERGE = { ...STAGES.Merge, branch: '', tip: TIP, commitsAhead: 2 } as const;

/** A story of this number in a stage since so many minutes, on the branch that Switchyard makes for it. */
function story(number: number, title: string, stage: Stage, minutes: number, change: Partial<StoryRecord> = {}): StoryRecord {
  const [branch = ''] = storyBranches(number, title);
  const since = ago(minutes);
  const own = 'branch' in stage ? { ...stage, branch } : stage;
  return storyIn(own, { key: `key-${number}`, number, title, branch: stage.name === 'Backlog' ? null : branch, stageAt: since, ...change });
} // prettier-ignore

const STORIES: readonly StoryRecord[] = [
  story(36, 'Totals drift when a refund is partial', STAGES.Backlog, 125, { type: 'bug', priority: 1, labels: ['billing'] }),
  story(37, 'Invite people by link', STAGES.Backlog, 1500),
  story(38, 'Spike: could the queue run on SQLite?', STAGES.Backlog, 2900, { type: 'spike', labels: ['research'] }),
  story(34, 'Search by label', { name: 'Coding', feedback: null, coder: 'anyone' }, 9),
  story(35, 'Import from CSV', { name: 'Coding', feedback: { ...FEEDBACK, files: [] }, coder: 'anyone' }, 1),
  story(39, 'Dark mode for mail', { name: 'Coding', feedback: null, coder: 'anyone' }, 14),
  story(33, 'Faster cold start', STAGES.QA, 0.4, { type: 'refactor' }),
  story(22, 'Audit log export', { ...STAGES.ReviewHold, reasons: ['It changes package.json.'] }, 185),
  story(31, 'Sign in with a passkey', { ...TRIED, name: 'MergeFailureFinal', detail: 'Conflict with main in session.ts.', reason: 'Three attempts of an agent did not solve it.', files: ['session.ts'] }, 130),
  story(24, 'Drop the v1 API', { ...TRIED, detail: 'Conflict with main in api.ts and routes.ts.', files: ['api.ts', 'routes.ts'] }, 3, { type: 'refactor' }),
  story(26, 'Keep sessions across devices', { ...TRIED, detail: 'Conflict with main in session.ts.', files: ['session.ts'] }, 1),
  story(29, 'Cache the session', MERGE, 3),
  story(30, 'Rate limits per key', MERGE, 2),
  story(32, 'Time zone of exports', { ...STAGES.Done, mergeCommit: 'a41f09c2'.repeat(5) }, 108, { type: 'bug' }),
  story(25, 'Empty states for lists', { ...STAGES.Done, mergeCommit: '77e0d1bb'.repeat(5) }, 140),
]; // prettier-ignore

/** What is at work on a busy afternoon: an agent that codes, one that solves a merge, gates of two kinds. */
function busyFacts(stories: readonly StoryRecord[]): PipelineFacts {
  const run = { role: null, tip: null, progress: null } as const;
  const gate = (name: string, index: number, total: number, seconds: number) => ({ gate: name, index, total, startedAt: NOW - seconds * 1000 }); // prettier-ignore
  return factsWith(stories, {
    now: NOW,
    repository: 'greeter',
    target: { kind: 'found', ref: 'refs/heads/main', tip: 'a41f09c2'.repeat(5) },
    maxCoders: 2,
    coder: 'opencode',
    tips: new Map(stories.flatMap(({ key, branch }) => (branch === null ? [] : [[key, TIP] as const]))),
    runs: new Map<string, LiveRun>([
      ['key-34', { ...run, kind: 'coder', name: 'opencode', startedAt: NOW - 6 * 60_000 }],
      ['key-24', { ...run, kind: 'mergemaster', name: 'claude', startedAt: NOW - 2 * 60_000 }],
      ['key-33', { ...run, kind: 'gates', name: 'test', tip: TIP, startedAt: NOW - 20_000, progress: gate('test', 0, 2, 12) }],
    ]),
    jobs: [
      {
        job: { ...jobAt('gating'), storyKey: 'key-29', number: 29 },
        state: 'active',
        wait: null,
        progress: gate('test', 1, 3, 41),
      },
    ],
    merging: { agent: 'claude', outputs: new Set(), standing: new Map() },
    queue: { policy: { kind: 'train', size: 2 }, why: say('two gate runs side by side take no longer than one'), gateMs: 90_000 },
    criteria: new Map([
      ['key-37', { done: 0, total: 2 }],
      ['key-34', { done: 2, total: 4 }],
      ['key-35', { done: 0, total: 3 }],
    ]),
  }); // prettier-ignore
}

/** The board of a busy afternoon with every mark and state, made of facts as the engine makes it. */
export function sampleModel(given: Partial<BoardHead> = {}, more: readonly StoryRecord[] = []): BoardModel {
  const { queue, ...model } = buildBoardModel(busyFacts([...STORIES, ...more]));
  return { ...model, queue, ...given };
}

/**
 * The same afternoon when much stands still: the target is red, gates run on it, the disk has no room, an agent reviews, and
 * two stories are red together.
 */
export function stillAfternoon(): BoardModel {
  const facts = busyFacts(STORIES);
  const reviewer: LiveRun = { kind: 'reviewer', role: 'qa', name: 'critic', tip: TIP, progress: null, startedAt: NOW - 70_000 }; // prettier-ignore
  const since = { oid: '77e0d1bb'.repeat(5), subject: 'Empty states for lists', story: { key: 'key-25', number: 25 } };
  return buildBoardModel({
    ...facts,
    runs: new Map([...facts.runs, ['key-33', reviewer]]),
    maxCoders: 3,
    diskRoom: { free: 300e6, worktree: 450e6 },
    conflicts: [{ one: 'key-39', other: 'key-30', files: [], gate: { name: 'test', output: 'key-30' } }],
    redTarget: { tip: 'a41f09c2'.repeat(5), gate: 'test', since, search: 'found', next: null, resumedAt: null, gatesSince: NOW - 40_000, tried: new Set(['key-30']) }, // prettier-ignore
  });
}

export function sampleCards(): readonly Card[] {
  return sampleModel().cards;
}

/** A story that is set aside. */
export const FROZEN = story(40, 'Usage reports by mail', { ...STAGES.Frozen, resumeTo: STAGES.Coding }, 60 * 24 * 9);

export function frozenCard(): Card {
  const card = sampleModel({}, [FROZEN]).cards.find(({ number }) => number === 40);
  if (card === undefined) throw new Error('the frozen story has a card');
  return card;
}

export function sampleNotices(): BoardModel['notices'] {
  return [
    {
      severity: 'warning',
      text: 'The configured commands wait for your approval. No agent and no gate runs before.',
      action: { id: 'approveCommands', label: 'Review Commands' },
    },
    {
      severity: 'error',
      text: 'Git does not know who you are, so nothing can be merged. Set user.name and user.email.',
      action: { id: 'setIdentity', label: 'Set Git Identity' },
    },
  ];
}
