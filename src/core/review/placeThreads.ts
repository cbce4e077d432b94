import type { Oid } from '../story/stage';
import type { ReviewThread, ShownThread, ThreadState } from './comments';
import { followLines, type FileLines, type LineRange } from './lineChanges';

/** The changes of a file between two commits; undefined where the file is the same in both, null where git cannot tell. */
export type LinesBetween = (from: Oid, to: Oid, path: string) => FileLines | undefined | null;

/** The pairs of commits that `placeThread` asks about for these threads, each with the paths. */
export function neededLines(threads: readonly ReviewThread[], tip: Oid): { from: Oid; to: Oid; paths: string[] }[] {
  const needed = new Map<string, { from: Oid; to: Oid; paths: string[] }>();
  const need = (from: Oid, to: Oid, path: string): void => {
    if (from === to) return;
    const known = needed.get(`${from} ${to}`) ?? { from, to, paths: [] };
    needed.set(`${from} ${to}`, known);
    if (!known.paths.includes(path)) known.paths.push(path);
  };
  for (const { side, base, tip: seen, path } of threads.filter((one) => one.tip !== tip)) {
    need(seen, tip, path);
    // What was said about lines that the story took out is answered where they, or what is in their place, change.
    if (side === 'base') need(base, seen, path);
  }
  return [...needed.values()];
}

/** A thread as it stands in the story at `tip`. */
export function placeThread(thread: ReviewThread, tip: Oid, lines: LinesBetween): ShownThread {
  const { path, side, line, endLine } = thread;
  if (thread.tip === tip) return { ...thread, state: stateOf(thread, false), now: { path, side, line, endLine } };
  const then = side === 'base' ? inStory(thread, lines) : { line, endLine };
  const file = lines(thread.tip, tip, path);
  if (file === undefined || file === null)
    return { ...thread, state: stateOf(thread, false), now: { path, side: 'story', ...then } };
  if (file.now === null) return { ...thread, state: stateOf(thread, true), now: null };
  const { touched, ...now } = followLines(then, file.hunks);
  return { ...thread, state: stateOf(thread, touched), now: { path: file.now, side: 'story', ...now } };
}

/** Where lines of the base were in the story as it was looked at. */
function inStory({ base, tip, path, line, endLine }: ReviewThread, lines: LinesBetween): LineRange {
  const file = lines(base, tip, path);
  if (file == null || file.now === null) return { line: 1, endLine: 1 };
  const { line: from, endLine: to } = followLines({ line, endLine }, file.hunks);
  return { line: from, endLine: to };
}

function stateOf({ sentAt, settledAt }: ReviewThread, isChanged: boolean): ThreadState {
  if (settledAt !== null) return 'settled';
  if (isChanged) return 'answered';
  return sentAt === null ? 'open' : 'sent';
}
