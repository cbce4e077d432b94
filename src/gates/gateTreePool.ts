import type { Disposable } from '../base/disposable';

/**
 * What a gate tree is wanted for. Candidates and stories have a tree that is theirs first, so that it mostly holds nearly
 * what comes next; all else (the target, further members of a train, probes) takes the first one that is free behind them.
 */
export type GateTreePurpose = 'candidate' | 'story' | 'other';

/** A gate tree of one run; nobody else gets it until it is disposed. */
export interface HeldTree extends Disposable {
  /** Name of its folder, below the folder of all worktrees. */
  readonly folder: string;
}

/** The number that each purpose is served first. */
const FIRST: Readonly<Record<GateTreePurpose, number>> = { candidate: 1, story: 2, other: 3 };
/** Behind the trees that have a purpose of their own. */
const SHARED_FROM = 3;

/**
 * Hands out gate trees, which are worktrees of Switchyard's own beside those of stories; VS Code keeps names that start
 * like this out of its views. How many there are at once is the business of those who take them. The lowest free number
 * is taken, so that as few are made as are needed together.
 */
export class GateTreePool {
  readonly #taken = new Set<number>();

  take(purpose: GateTreePurpose): HeldTree {
    const number = this.#free(purpose);
    this.#taken.add(number);
    let mine = true;
    return {
      folder: `agents-gate-${number}`,
      dispose: () => {
        if (mine) this.#taken.delete(number);
        mine = false;
      },
    };
  }

  #free(purpose: GateTreePurpose): number {
    if (!this.#taken.has(FIRST[purpose])) return FIRST[purpose];
    let number = SHARED_FROM;
    while (this.#taken.has(number)) number += 1;
    return number;
  }
}
