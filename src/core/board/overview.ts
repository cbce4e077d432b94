import { STUCK_MARKS, type StuckMark } from '../pipeline/markWords';
import { COLUMN_NAMES, type ColumnName } from './boardNames';
import type { BoardModel } from './boardModel';
import type { Card } from './card';
import { inboxOf, inboxOfAll } from './inbox';
import { openNotices } from './openNotices';

/** The stages that a row counts: the board's columns, then what is over and done with. */
export const COUNTED_STAGES = [...COLUMN_NAMES, 'Archived'] as const satisfies readonly (ColumnName | 'Archived')[];
export type CountedStage = (typeof COUNTED_STAGES)[number];

/** One repository of a window, as far as it is known. */
export interface OpenRepository {
  /** Unlike that of every other in the window. */
  readonly name: string;
  /** What it is beside a repository of its own, such as `submodule of app`; null for one that needs no words. */
  readonly about: string | null;
  /** Null while there is nothing to show. */
  readonly board: BoardModel | null;
  /** Why there is no board, or why what it shows may be old, in a sentence; null when all is well. */
  readonly problem: string | null;
}

/** What waits for the person: a story, or (then `key` is null) what holds up the repository as a whole. */
export interface FirstNeed {
  readonly key: string | null;
  readonly words: string;
}

/** One repository in the overview. It is a function of its board alone; ages are told by their beginnings. */
export interface OverviewRow {
  readonly name: string;
  readonly about: string | null;
  readonly problem: string | null;
  /** Short name of the branch that stories land on. */
  readonly target: string | null;
  readonly running: number;
  readonly queued: number;
  readonly needsYou: number;
  readonly stages: Readonly<Record<CountedStage, number>>;
  readonly marks: Readonly<Record<StuckMark, number>>;
  /** `since`: the story that waits longest is in the queue since (ISO 8601). Null where nothing is known of how it lands. */
  readonly queue: { readonly policy: string; readonly stopped: string | null; readonly since: string | null } | null;
  readonly first: FirstNeed | null;
}

/** All repositories of a window at one look, in the order of its folders. */
export interface Overview {
  readonly rows: readonly OverviewRow[];
  /** What every view of the whole window counts: the sums of the rows. */
  readonly counts: { readonly running: number; readonly queued: number; readonly needsYou: number };
}

export function overviewOf(repositories: readonly OpenRepository[]): Overview {
  const rows = repositories.map(rowOf);
  const sum = (name: 'running' | 'queued' | 'needsYou'): number => rows.reduce((total, row) => total + row[name], 0);
  return { rows, counts: { running: sum('running'), queued: sum('queued'), needsYou: sum('needsYou') } };
}

/** What waits for the person in all of them, in one order: that of what it holds up. */
export function waitingIn<R extends Pick<OpenRepository, 'board'>>(
  repositories: readonly R[],
): { readonly repository: R; readonly card: Card }[] {
  return inboxOfAll(repositories, ({ board }) => board?.cards ?? []).map(({ of, card }) => ({ repository: of, card }));
}

function rowOf({ name, about, board, problem }: OpenRepository): OverviewRow {
  return { name, about, problem, ...(board === null ? NOTHING : measured(board)) };
}

type Measured = Omit<OverviewRow, 'name' | 'about' | 'problem'>;

/** Many views ask of one board, and every answer looks at all of its cards. */
const known = new WeakMap<BoardModel, Measured>();

function measured(board: BoardModel): Measured {
  const before = known.get(board);
  if (before !== undefined) return before;
  const { running, queued, needsYou } = board.counts;
  const now = {
    target: board.target?.name ?? null,
    running,
    queued,
    needsYou,
    stages: countStages((stage) => (stage === 'Archived' ? board.groups.Archived : board.columns[stage]).length),
    marks: countMarks(board.cards),
    queue: queueOf(board),
    first: firstNeed(board),
  };
  known.set(board, now);
  return now;
}

function countStages(count: (stage: CountedStage) => number): OverviewRow['stages'] {
  return Object.fromEntries(COUNTED_STAGES.map((stage) => [stage, count(stage)])) as Record<CountedStage, number>;
}

function countMarks(cards: readonly Card[]): OverviewRow['marks'] {
  const marks = Object.fromEntries(STUCK_MARKS.map((mark) => [mark, 0])) as Record<StuckMark, number>;
  for (const { mark } of cards) if (mark !== null) marks[mark] += 1;
  return marks;
}

function queueOf({ queue, cards }: BoardModel): OverviewRow['queue'] {
  if (queue === null) return null;
  const { policy, stopped, candidates } = queue;
  // Of those that a red target holds in QA none is in the queue.
  const held = cards.filter((card) => card.actions.includes('decideTarget'));
  const since = [...candidates, ...held].map((one) => one.since).sort()[0] ?? null;
  return { policy, stopped, since };
}

/** The story that holds up most. What keeps the whole repository from moving comes before it where nothing lands for that. */
function firstNeed(board: BoardModel): FirstNeed | null {
  const [card] = inboxOf(board.cards);
  const [notice] = openNotices(board);
  const nothingLands = (board.queue?.stopped ?? null) !== null;
  if (notice !== undefined && (card === undefined || nothingLands)) return { key: null, words: notice.text };
  return card === undefined ? null : { key: card.key, words: `#${card.number} ${card.title}: ${card.brief ?? card.why ?? card.stage}` }; // prettier-ignore
}

/** Of a repository without a board. */
const NOTHING: Measured = {
  target: null,
  running: 0,
  queued: 0,
  needsYou: 0,
  stages: countStages(() => 0),
  marks: countMarks([]),
  queue: null,
  first: null,
};
