import { arrangeCards } from '../../../src/core/board/arrangeCards';
import type { BoardHead, BoardModel } from '../../../src/core/board/boardModel';
import type { Card } from '../../../src/core/board/card';

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
    facts: [],
    why: null,
    primaryActions: [],
    actions: ['start', 'freeze', 'block', 'abandon', 'moveToStage', 'showOutput'],
    moves: ['Coding', 'Frozen', 'Blocked', 'Archived'],
    need: null,
    brief: given.why ?? null,
    ...given,
  };
}

/** A model of these cards, in this order. */
export function makeModel(cards: readonly Card[], given: Partial<BoardHead> = {}): BoardModel {
  const head: BoardHead = {
    repository: 'greeter',
    target: { name: 'main', tip: 'a41f09c2'.repeat(5) },
    mode: 'leading',
    notices: [],
    queue: null,
    counts: { running: 0, queued: 0, stuck: 0, needsYou: cards.filter((card) => card.need !== null).length },
  };
  return arrangeCards({ ...head, ...given }, cards);
}

const merge = { stage: 'Merge', column: 'Merge', group: 'Merge', moves: ['Coding', 'Backlog', 'Frozen'] } as const;
const stuck = {
  ...merge,
  stage: 'MergeFailure',
  actions: [
    'fixUp',
    'retryMerge',
    'freeze',
    'block',
    'abandon',
    'moveToStage',
    'openWorktree',
    'openDiff',
    'showOutput',
  ],
  moves: ['Coding', 'Merge', 'Frozen', 'Blocked', 'Archived'],
} as const satisfies Partial<Card>;

/** A board with every mark and state, as a busy afternoon has them. */
export function sampleCards(): Card[] {
  return [
    makeCard(36, { type: 'bug', title: 'Totals drift when a refund is partial', facts: ['P1', 'billing'], labels: ['billing'], since: ago(125), primaryActions: ['start'] }),
    makeCard(37, { title: 'Invite people by link', since: ago(1500), facts: ['0/2 criteria'], primaryActions: ['start'] }),
    makeCard(38, { type: 'spike', title: 'Spike: could the queue run on SQLite?', labels: ['research'], facts: ['research'], since: ago(2900), primaryActions: ['start'] }),
    makeCard(34, { stage: 'Coding', column: 'Coding', group: 'Coding', state: 'working', title: 'Search by label', agent: 'opencode', facts: ['opencode', { since: NOW - 6 * 60_000 }, '2/4 criteria'], since: ago(6), primaryActions: ['showOutput'] }),
    makeCard(35, { stage: 'Coding', column: 'Coding', group: 'Coding', state: 'waiting', title: 'Import from CSV', facts: ['gates were red', '0/3 criteria'], why: 'Gate test exited with code 1. Waits for a free agent (1 of 1 at work).', since: ago(1), primaryActions: ['showOutput', 'openWorktree', 'readyForQa'] }),
    makeCard(39, { stage: 'Coding', column: 'Coding', group: 'Coding', state: 'waiting', title: 'Dark mode for mail', why: 'Waits for a free agent (1 of 1 at work).', since: ago(14), primaryActions: ['readyForQa', 'openWorktree'] }),
    makeCard(33, { stage: 'QA', column: 'QA', group: 'QA', type: 'refactor', state: 'working', title: 'Faster cold start', facts: ['test 1/2', { since: NOW - 12_000 }], since: ago(0.2) }),
    makeCard(22, { stage: 'ReviewHold', column: 'QA', group: 'Needs you', state: 'review', need: 'review', title: 'Audit log export', facts: ['story/22-audit-log-export'], why: 'Waits for your review. It changes package.json.', since: ago(185), actions: ['approve', 'reject', 'freeze', 'openDiff', 'showOutput', 'moveToStage'], primaryActions: ['openDiff', 'approve', 'reject'], moves: ['Merge', 'Coding', 'Frozen'] }),
    makeCard(31, { ...stuck, stage: 'MergeFailureFinal', group: 'Needs you', state: 'cold', mark: 'cold', need: 'conflict', title: 'Sign in with a passkey', facts: ['story/31-sign-in-with-a-passkey'], why: 'Conflict in session.ts, after 3 attempts. Nothing will happen until you act.', since: ago(130), primaryActions: ['fixUp', 'retryMerge', 'freeze'] }),
    makeCard(24, { ...stuck, type: 'refactor', state: 'recovering', mark: 'running', title: 'Drop the v1 API', facts: ['story/24-drop-the-v1-api'], why: 'Conflict in api.ts and routes.ts. Recovery is running.', since: ago(3), primaryActions: ['fixUp', 'retryMerge', 'freeze'] }),
    makeCard(26, { ...stuck, state: 'recoveryQueued', mark: 'queued', title: 'Keep sessions across devices', facts: ['story/26-keep-sessions'], why: 'Red together with #29, green alone. It will be tried again by itself.', since: ago(1), primaryActions: ['fixUp', 'retryMerge', 'freeze'] }),
    makeCard(29, { ...merge, state: 'working', title: 'Cache the session', facts: ['test 2/3', { since: NOW - 41_000 }], since: ago(0.7) }),
    makeCard(32, { stage: 'Done', column: 'Done', group: 'Done', state: 'proven', type: 'bug', title: 'Time zone of exports', facts: ['a41f09c2'], since: ago(108), moves: ['Archived', 'Coding', 'Backlog'] }),
    makeCard(25, { stage: 'Done', column: 'Done', group: 'Done', state: 'proven', title: 'Empty states for lists', facts: ['77e0d1bb'], since: ago(140), moves: ['Archived', 'Coding', 'Backlog'] }),
  ]; // prettier-ignore
}

export function frozenCard(number = 40): Card {
  return makeCard(number, { stage: 'Frozen', column: 'Frozen', group: 'Frozen', state: 'frozen', title: 'Usage reports by mail', facts: ['was in Coding'], since: ago(60 * 24 * 9), actions: ['unfreeze', 'abandon', 'moveToStage'], primaryActions: ['unfreeze'], moves: ['Coding', 'Archived'] }); // prettier-ignore
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
