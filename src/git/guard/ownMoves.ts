import { appendFileSync, readFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import type { Oid } from '../../core/story/stage';
import type { Repository } from '../door/repository';

/** A move of a ref by Switchyard itself. Until git has answered, the ref may be where it was or at `to`. */
export interface OwnMove {
  readonly ref: string;
  /** Null where it removes the ref. */
  readonly to: Oid | null;
  readonly isDone: boolean;
  /** The same for one move, whenever it is looked at. */
  readonly id: string;
}

/** Moves kept; a run that is watched is compared with those since it began. */
const KEPT = 1000;

interface Ledger {
  moves: OwnMove[];
  count: number;
  /** Where moves are also noted for the processes that come after this one; null for nowhere. */
  file: string | null;
}
const ledgers = new WeakMap<Repository, Ledger>();
/** Tells the moves of this process from those of others. */
const OF_THIS_PROCESS = randomBytes(6).toString('hex');

function ledgerOf(repository: Repository): Ledger {
  const ledger = ledgers.get(repository) ?? { moves: [], count: 0, file: null };
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
  const begun: OwnMove = { ref, to, isDone: false, id: `${OF_THIS_PROCESS}-${(ledger.count += 1)}` };
  ledger.moves.push(begun);
  if (ledger.moves.length > KEPT) ledger.moves.shift();
  noteDown(ledger, begun);
  const outcome = await move();
  const at = ledger.moves.indexOf(begun);
  noteDown(ledger, { ...begun, isDone: hasMoved(outcome) ? true : 'never' });
  if (at !== -1) ledger.moves.splice(at, 1, ...(hasMoved(outcome) ? [{ ...begun, isDone: true }] : []));
  return outcome;
}

/** From now on moves are also noted in this file, for a run that outlives this process; null for no more. */
export function keepOwnMoves(repository: Repository, file: string | null): void {
  ledgerOf(repository).file = file;
}

/** Takes in what earlier processes noted in this file. A move that one died over stays undecided. */
export function recallOwnMoves(repository: Repository, file: string): void {
  const ledger = ledgerOf(repository);
  const known = new Set(ledger.moves.map(({ id }) => id));
  const earlier = new Map<string, OwnMove>();
  for (const line of linesOf(file)) {
    const note = readNote(line);
    if (note === null || known.has(note.id)) continue;
    if (note.isDone === 'never') earlier.delete(note.id);
    else earlier.set(note.id, { ...note, isDone: note.isDone });
  }
  ledger.moves = [...earlier.values(), ...ledger.moves].slice(-KEPT);
}

type Note = Omit<OwnMove, 'isDone'> & { readonly isDone: boolean | 'never' };

/** At once, so that the note of a move stands before it. A disk that takes none stops no landing. */
function noteDown({ file }: Ledger, note: Note): void {
  if (file === null) return;
  try {
    appendFileSync(file, `${JSON.stringify(note)}\n`, { mode: 0o600 });
  } catch {
    // A move that is not noted may be taken for the run's, and a person is asked.
  }
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return [];
  }
}

/** What a kill cut off in its middle is no note. */
function readNote(line: string): Note | null {
  try {
    const { id, ref, to, isDone } = JSON.parse(line) as Partial<Note>;
    return id === undefined || ref === undefined || to === undefined || isDone === undefined
      ? null
      : { id, ref, to, isDone };
  } catch {
    return null;
  }
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

function doneIds(moves: readonly OwnMove[]): ReadonlySet<string> {
  return new Set(moves.filter((one) => one.isDone).map(({ id }) => id));
}
