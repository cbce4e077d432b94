import type { FileLines } from '../core/review/lineChanges';
import type { Oid } from '../core/story/stage';

/** What a review asks of git. */
export interface ReviewGit {
  /** One best common ancestor; null where the histories have none. */
  mergeBase(one: Oid, other: Oid): Promise<Oid | null>;
  /** What changed between two commits, as git prints it; of a long patch the beginning. */
  patch(from: Oid, to: Oid): Promise<string>;
  /** Which lines of these files changed between two commits; a file that is the same in both is left out. */
  lineChanges(from: Oid, to: Oid, paths: readonly string[]): Promise<FileLines[]>;
}
