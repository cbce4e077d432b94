import type { Oid } from '../../core/story/stage';
import type { Repository } from '../door/repository';

/** A move of a ref by Switchyard itself. Until git has answered, the ref may be where it was or at `to`. */
export interface OwnMove {
  readonly ref: string;
  /** Null where it removes the ref. */
  readonly to: Oid | null;
  readonly isDone: boolean;
  /** The same for one move, whenever it is looked at. */
  readonly id: number;
}

/** Moves kept; a run that is watched is compared with those since it began. */
const KEPT = 1000;

interface Ledger {
  readonly moves: OwnMove[];
  count: number;
}
const ledgers = new WeakMap<Repository, Ledger>();

function ledgerOf(repository: Repository): Ledger {
  const ledger = ledgers.get(repository) ?? { moves: [], count: 0 };
  ledgers.set(repository, ledger);
  return ledger;
}

/**
 * Moves a ref, and notes that it was Switchyard that did. What git's logs say of a move anybody can write, so runs are
 * judged by these notes. Where `move` throws nobody knows whether the ref moved, and the note stays undecided.
 */
export async function asOwnMove<T>(
  repository: Repository,
  { ref, to }: Pick<OwnMove, 'ref' | 'to'>,
  move: () => Promise<T>,
  hasMoved: (outcome: T) => boolean,
): Promise<T> {
  const ledger = ledgerOf(repository);
  const begun: OwnMove = { ref, to, isDone: false, id: (ledger.count += 1) };
  ledger.moves.push(begun);
  if (ledger.moves.length > KEPT) ledger.moves.shift();
  const outcome = await move();
  const at = ledger.moves.indexOf(begun);
  if (at !== -1) ledger.moves.splice(at, 1, ...(hasMoved(outcome) ? [{ ...begun, isDone: true }] : []));
  return outcome;
}

/** What is noted at this moment, the oldest first. */
export function ownMoves(repository: Repository): readonly OwnMove[] {
  return [...ledgerOf(repository).moves];
}

/** What was noted at three moments: before a run's first look at the refs, and around the second. */
export interface OwnMovesSeen {
  readonly begin: readonly OwnMove[];
  readonly before: readonly OwnMove[];
  readonly after: readonly OwnMove[];
}

/**
 * Where Switchyard left a ref that was at `first` when the run began: the ids at which the second look may have found
 * it, and the last of them.
 */
export function leftByOwn(
  { begin, before, after }: OwnMovesSeen,
  ref: string,
  first: Oid | null,
): { ids: ReadonlySet<Oid | null>; last: Oid | null } {
  const old = doneIds(begin);
  const since = (moves: readonly OwnMove[]) => moves.filter((one) => one.ref === ref && !old.has(one.id));
  const settled = doneIds(before);
  const lastOf = (moves: readonly OwnMove[]) => {
    const last = since(moves).findLast((one) => one.isDone);
    return last === undefined ? first : last.to;
  };
  const unsettled = [...since(before), ...since(after)].filter((one) => !settled.has(one.id)).map(({ to }) => to);
  return { ids: new Set([lastOf(before), ...unsettled]), last: lastOf(after) };
}

function doneIds(moves: readonly OwnMove[]): ReadonlySet<number> {
  return new Set(moves.filter((one) => one.isDone).map(({ id }) => id));
}
