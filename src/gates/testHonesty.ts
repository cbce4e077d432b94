import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Mutant } from '../core/review/mutants';
import type { UnseenLine } from '../core/review/unseenLines';
import type { Clock } from '../ports/clock';
import type { GateTree } from './gatesRequest';
import type { GatesOutcome } from './runGates';

/** `tried` of all the lines that could be changed were looked at before the time was up. */
export interface Honesty {
  readonly unseen: readonly UnseenLine[];
  readonly tried: number;
}

export interface HonestyRequest {
  readonly mutants: readonly Mutant[];
  readonly minutes: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Gates that passed on the commit, run in a tree with one line changed. */
  readonly run: (mutant: Mutant, signal: AbortSignal) => Promise<GatesOutcome>;
  readonly progress: (index: number) => void;
}

const MINUTE = 60_000;

/** Changes one line after another and asks whether a gate turns red. What was under way when the time is up counts for nothing. */
export async function tryTests({ mutants, minutes, clock, signal, run, progress }: HonestyRequest): Promise<Honesty> {
  const timeUp = new AbortController();
  const timer = clock.after(minutes * MINUTE, () => timeUp.abort());
  const until = AbortSignal.any([signal, timeUp.signal]);
  const unseen: UnseenLine[] = [];
  let tried = 0;
  try {
    for (const mutant of mutants) {
      if (until.aborted) break;
      progress(tried);
      const { kind } = await run(mutant, until);
      if (kind === 'stopped') break;
      tried += 1;
      if (kind === 'passed') unseen.push(mutant);
    }
  } finally {
    timer.dispose();
  }
  return { unseen, tried };
}

/** The tree of a commit in which one file says something else from each time on that it is restored. */
export function mutated(tree: GateTree, { path, text }: Mutant): GateTree {
  return {
    ...tree,
    async look(files) {
      const state = await tree.look(files);
      if (state.kind === 'asCommit') return state;
      const tracked = state.tracked.filter((one) => one !== path);
      return tracked.length + state.meddled.length === 0 ? { kind: 'asCommit' } : { ...state, tracked };
    },
    async restore() {
      await tree.restore();
      await writeFile(join(tree.folder, ...path.split('/')), text);
    },
  };
}
