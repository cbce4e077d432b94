import type { LiveRun, PipelineFacts } from '../pipeline/facts';
import type { Oid } from '../story/stage';
import type { StoryRecord } from '../story/story';
import { BoardMaker } from './boardMaker';
import type { BoardModel } from './boardModel';

/** What is known of a moment that is over. */
export interface PastMoment {
  /** ISO 8601 in UTC. */
  readonly time: string;
  /** Every story as it was then. */
  readonly stories: readonly StoryRecord[];
  /** What was at work on them then. */
  readonly runs: ReadonlyMap<string, LiveRun>;
  readonly repository: string;
}

const NO_COMMIT: Oid = '0'.repeat(40);

/**
 * The board as it was at a moment, made by the code that makes today's. Nobody can do anything there, so it offers
 * nothing, and nothing in it needs anybody. What is not known of then (settings, queue jobs, what git said) is taken as
 * not having been in the way.
 */
export function pastBoard({ time, stories, runs, repository }: PastMoment): BoardModel {
  const facts: PipelineFacts = {
    now: Date.parse(time),
    repository,
    target: { kind: 'found', ref: 'refs/heads/unknown', tip: NO_COMMIT },
    permission: 'granted',
    identity: 'known',
    gates: { kind: 'configured', names: [] },
    coder: 'unknown',
    agentProblem: null,
    storeProblem: null,
    roundProblem: null,
    gitWaits: [],
    losses: [],
    findings: [],
    locks: [],
    maxCoders: Number.MAX_SAFE_INTEGER,
    archiveAfterMs: null,
    stories,
    elsewhere: new Map(),
    tips: new Map(),
    runs,
    jobs: [],
    pending: new Map(),
    criteria: new Map(stories.flatMap(({ key, criteria }) => (criteria === null ? [] : [[key, criteria] as const]))),
  };
  const board = new BoardMaker().make(facts);
  return {
    ...board,
    mode: 'past',
    target: null,
    agents: null,
    notices: [
      { severity: 'info', text: `This is the board as it was at ${time}. Nothing can be done here.`, action: null },
    ],
    cards: board.cards.map((card) => ({ ...card, primaryActions: [], actions: [], moves: [] })),
  };
}
