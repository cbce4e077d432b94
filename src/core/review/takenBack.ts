import type { Oid } from '../story/stage';
import { twinReason, twinsReason } from './hazards';
import { count, namesOf } from '../words/durations';
import { visible } from '../words/visible';

/** A path whose change would be lost by a landing, and whose change it was. */
export interface TakenBack {
  readonly path: string;
  /** `target`: somebody had landed it since the story began. `story`: the story's own commits made it. */
  readonly whose: 'target' | 'story';
  /** What had brought the target's change; null for the story's own, and where nobody looked. */
  readonly by: LandedBy | null;
  /** Set where nothing is lost, but the path differs from this one of the target's in case or Unicode form alone. */
  readonly twin?: string;
}

/** A commit of the target; `number` is the story that it names. */
export interface LandedBy {
  readonly commit: Oid;
  readonly subject: string;
  readonly number: number | null;
}

/** One path that differs between two states; a mode of `000000` means that it is not there. */
export interface PathChange {
  readonly path: string;
  readonly oldMode: string;
  readonly oldOid: string;
  readonly newMode: string;
  readonly newOid: string;
}

/** A path for which a merge took one side whole, although both had changed it or git would have taken the other. */
export interface OneSided {
  readonly path: string;
  /** Whose change that merge dropped. */
  readonly dropped: 'target' | 'story';
}

export interface TakenBackFacts {
  /** From the target's tip to what would land. */
  readonly landing: readonly PathChange[];
  /** From each commit where the story left or met the target, to the target's tip. */
  readonly since: readonly (readonly PathChange[])[];
  readonly oneSided: readonly OneSided[];
}

const ABSENT = '000000';

/**
 * Paths that a landing would silently take back. A path of the target's is lost where the landing makes it again what it
 * was when the story left or last met the target, or where a merge took the story's side alone and the landing still
 * differs from the target; a path of the story's, where a merge took the target's side alone and nothing of it is left.
 */
export function takenBackPaths({ landing, since, oneSided }: TakenBackFacts): Omit<TakenBack, 'by'>[] {
  const landed = new Map(landing.map((change) => [change.path, change]));
  const appearing = new Set(landing.filter((one) => one.oldMode === ABSENT).map((one) => one.newOid));
  const found = new Map<string, Omit<TakenBack, 'by'>>();
  for (const change of since.flat()) {
    const now = landed.get(change.path);
    if (now === undefined || now.newMode !== change.oldMode || now.newOid !== change.oldOid) continue;
    // A file that moved with its folder is not lost: its contents appear under another name.
    if (now.newMode === ABSENT && appearing.has(now.oldOid)) continue;
    found.set(change.path, { path: change.path, whose: 'target' });
  }
  for (const { path, dropped } of oneSided) {
    if (landed.has(path) === (dropped === 'story') || found.has(path)) continue;
    found.set(path, { path, whose: dropped });
  }
  return [...found.values()].sort((one, other) => (one.path < other.path ? -1 : 1));
}

/** The reasons to hold a story, for a person: each path by its name, many together. */
export function takenBackReasons(paths: readonly TakenBack[]): string[] {
  const twins = paths.filter((one) => one.twin !== undefined);
  const gone = paths.filter((one) => one.twin === undefined);
  const [lost, own] = [gone.filter((one) => one.whose === 'target'), gone.filter((one) => one.whose === 'story')];
  return [
    ...(twins.length <= ONE_BY_ONE
      ? twins.map(({ path, twin = '' }) => twinReason(visible(path), visible(twin)))
      : [twinsReason(shown(twins))]),
    ...(lost.length <= ONE_BY_ONE
      ? lost.map((one) => `It takes back ${visible(one.path)}, which ${landedBy(one.by)}.`)
      : [`It takes back ${count(lost.length, 'file')} (${shown(lost)}), which ${landers(lost)}.`]),
    ...(own.length <= ONE_BY_ONE
      ? own.map((one) => `Its own change of ${visible(one.path)} is not in what would land.`)
      : [`Its own changes of ${count(own.length, 'file')} (${shown(own)}) are not in what would land.`]),
  ];
}

/** Whether a person who saw `seen` has seen all of `paths`. */
export function isCovered(paths: readonly Pick<TakenBack, 'path'>[], seen: ReadonlySet<string>): boolean {
  return paths.every(({ path }) => seen.has(path));
}

/** Reasons of one kind are named one by one up to this many, then together. */
const ONE_BY_ONE = 5;

function shown(paths: readonly TakenBack[]): string {
  return namesOf(paths.map((one) => visible(one.path)));
}

function landedBy(by: LandedBy | null): string {
  if (by === null) return 'had landed since the story began';
  if (by.number === null) return `${by.commit.slice(0, 8)} had landed (${visible(by.subject)})`;
  // The subject of a landing ends in the number that stands before it already.
  const subject = by.subject.replace(` (#${by.number})`, '');
  return `#${by.number} had landed (${visible(subject)})`;
}

function landers(lost: readonly TakenBack[]): string {
  const numbers = [...new Set(lost.flatMap((one) => (one.by?.number == null ? [] : [`#${one.by.number}`])))];
  return numbers.length === 0 ? 'had landed since the story began' : `${namesOf(numbers)} had landed`;
}
