import type { Oid } from '../story/stage';

/** A commit of the target's own line (first parents), the newest first. `story` is the one that its trailers name. */
export interface LineCommit {
  readonly oid: Oid;
  readonly tree: Oid;
  readonly subject: string;
  readonly story: { readonly key: string; readonly number: number } | null;
}

/** What the ledger says of the gates on one commit; `unknown` where they have not run there. */
export type LineVerdict = 'green' | 'red' | 'unknown';

/** Where a red line became red, as places in it, 0 for the tip. */
export type RedSearch =
  /** `first` is red and the commit before it is green. */
  | { readonly kind: 'found'; readonly first: number }
  /** `next` is to be proven; `earliest` is the oldest one that is known to be red since. */
  | { readonly kind: 'searching'; readonly next: number; readonly earliest: number }
  /** The line ends before a green commit: it has been red for longer than was looked. */
  | { readonly kind: 'lost'; readonly earliest: number };

/**
 * Which commit turned a line red whose tip is red. What is known counts first; then what is between is halved, and where
 * nothing green is known the steps back double, so that as few gates run as can tell.
 */
export function searchRed(verdicts: readonly LineVerdict[]): RedSearch {
  const green = verdicts.indexOf('green');
  const earliest = Math.max(0, verdicts.slice(0, green === -1 ? undefined : green).lastIndexOf('red'));
  if (green === -1) {
    const next = Math.min(2 * earliest + 1, verdicts.length - 1);
    return next <= earliest ? { kind: 'lost', earliest } : { kind: 'searching', next, earliest };
  }
  if (green - earliest === 1) return { kind: 'found', first: earliest };
  return { kind: 'searching', next: earliest + Math.floor((green - earliest) / 2), earliest };
}
