import type { MergeJob } from '../landing/job';
import type { HistoryEntry } from '../story/history';
import type { Oid } from '../story/stage';
import type { StoryRecord } from '../story/story';
import type { Landing } from './landedBefore';

/** How a log was found at opening. */
export type LogCondition =
  | { readonly kind: 'whole' }
  /** No file, or an empty one; also where there has never been any. */
  | { readonly kind: 'empty' }
  /** The beginning of a record at its end: a write that was cut off before it was acknowledged. */
  | { readonly kind: 'torn' }
  /** It ends with a whole record, and so many that were behind it are gone. */
  | { readonly kind: 'short'; readonly lost: number | 'unknown' }
  | {
      readonly kind: 'damaged';
      /** The file that keeps what was damaged. */
      readonly keptIn: string;
      /** Records in which a flipped bit was set right. */
      readonly mended: number;
      readonly lost: number | 'unknown';
    };

/** A deleted story. `at` is ISO 8601 in UTC. */
export interface Grave {
  readonly key: string;
  readonly number: number;
  readonly at: string;
}

/** Everything that can tell what the index once acknowledged. */
export interface Witnesses {
  readonly index: {
    readonly condition: LogCondition;
    readonly file: string;
    /** Files of a store lay there already, whatever was in them. */
    readonly wasUsed: boolean;
    readonly stories: readonly StoryRecord[];
    readonly graves: readonly Grave[];
    /** Lines, oldest first: of stories that a job says something of all since it was made, and the newest of the others. */
    readonly history: readonly HistoryEntry[];
    /** Sequence of the newest line. */
    readonly lastSequence: number;
    /** Whether a story has landed by a line that is not in `history`. */
    readonly hasLanded: boolean;
    /** Stories of which a whole record stands behind the last one that is lost. */
    readonly vouched: ReadonlySet<string>;
  };
  readonly journal: { readonly condition: LogCondition; readonly file: string; readonly jobs: readonly MergeJob[] };
  /** Stories with content that the index does not know; `number` null where its file cannot be read. */
  readonly orphans: readonly { readonly key: string; readonly number: number | null }[];
  /** Null where it has nothing to add: it is missing, or mirrors no more than the index has. */
  readonly shadow: {
    readonly stories: readonly StoryRecord[];
    readonly history: readonly HistoryEntry[];
    /** Stories that it knows to be deleted, beside what its history tells. */
    readonly graves: readonly Grave[];
    /** It mirrored the log to its very end, so that nothing can be lost that it does not know. */
    readonly knowsAll: boolean;
  } | null;
}

/** What git says. Landings by the trailer on the target, oldest first; tips of local branches by full ref name. */
export interface GitWitness {
  readonly landings: readonly Landing[];
  readonly branches: ReadonlyMap<string, Oid>;
}
