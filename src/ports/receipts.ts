import type { UnchainedReceipt } from '../core/receipts/receipt';
import type { Verification } from '../core/receipts/verify';
import type { Oid } from '../core/story/stage';

export type VerifyOutcome =
  | { readonly kind: 'verified'; readonly verification: Verification }
  | { readonly kind: 'refused'; readonly message: string };

/** Receipts of landings, which git keeps as notes. */
export interface Receipts {
  /** Which of these commits are there and have no receipt yet, in the same order. */
  withoutReceipt(commits: readonly Oid[]): Promise<Oid[]>;
  /**
   * Writes receipts, each after the one before it. Commits that have one already, and those that git does not have, are
   * left out; where somebody else wrote meanwhile, it begins again from there. Returns how many it wrote.
   */
  writeReceipts(receipts: readonly UnchainedReceipt[]): Promise<number>;
  /** Holds a range of `target` (a full ref name) against its receipts; an empty range is all that landed on it. */
  verifyLandings(target: string, range: string): Promise<VerifyOutcome>;
}
