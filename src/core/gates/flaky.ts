import type { VerdictRecord } from './verdictRecord';

/**
 * What a gate's runs say of the gate itself, counted in trees: how many it judged at all, on how many it said both, on how
 * many it was red every time of two or more, and on how many once, with nobody looking again.
 */
export interface FlakeHistory {
  readonly trees: number;
  readonly flaky: number;
  readonly redAgain: number;
  readonly redOnce: number;
}

/** Two different verdicts under one key (tree, definition, platform) prove a flake. Trials are red on purpose, and left out. */
export function flakeHistory(runs: readonly VerdictRecord[], gate: string): FlakeHistory {
  const byKey = new Map<string, { passed: number; failed: number }>();
  for (const run of runs) {
    if (run.gate !== gate || run.of === 'trial' || (run.verdict !== 'passed' && run.verdict !== 'failed')) continue;
    const key = JSON.stringify([run.tree, run.definition, run.platform]);
    const counts = byKey.get(key) ?? { passed: 0, failed: 0 };
    counts[run.verdict] += 1;
    byKey.set(key, counts);
  }
  const all = [...byKey.values()];
  return {
    trees: all.length,
    flaky: all.filter(({ passed, failed }) => passed > 0 && failed > 0).length,
    redAgain: all.filter(({ passed, failed }) => passed === 0 && failed > 1).length,
    redOnce: all.filter(({ passed, failed }) => passed === 0 && failed === 1).length,
  };
}

/**
 * Whether a red run of this gate is a flake more likely than a fault:
 *
 *     flaky > redAgain + redOnce / 2
 *
 * Of the red trees that were looked at again, `flaky` turned out to be flakes and `redAgain` faults, so the chance that the
 * next one is a flake is above one half (with every share held for equally likely before) where `flaky > redAgain`. A tree
 * that was red once and then left alone may have been either, and counts as half a fault: people leave alone what they take
 * for one. Without a proven flake it is never true.
 */
export function isFlakeLikelier({ flaky, redAgain, redOnce }: FlakeHistory): boolean {
  return flaky > redAgain + redOnce / 2;
}
