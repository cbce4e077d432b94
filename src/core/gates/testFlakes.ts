import { isFlakeLikelier, type FlakeHistory } from './flaky';
import type { VerdictRecord } from './verdictRecord';

/**
 * What a gate's runs say of its single tests, by name, counted in trees as of gates. Only tests that failed somewhere are
 * known. On one tree a test said both where it failed in one run, and passed in another: by that run's own word, or because
 * all its tests passed.
 */
export function testFlakes(runs: readonly VerdictRecord[], gate: string): Map<string, Omit<FlakeHistory, 'trees'>> {
  const byKey = new Map<string, VerdictRecord[]>();
  for (const run of runs) {
    if (run.gate !== gate || run.of === 'trial' || run.tests === undefined) continue;
    const key = JSON.stringify([run.tree, run.definition, run.platform]);
    byKey.set(key, [...(byKey.get(key) ?? []), run]);
  }
  const tests = new Map<string, { flaky: number; redAgain: number; redOnce: number }>();
  for (const alike of byKey.values()) {
    for (const name of new Set(alike.flatMap((run) => run.tests?.failed ?? []))) {
      const reds = alike.filter((run) => run.tests?.failed.includes(name) === true).length;
      const isCleared = alike.some((run) => run.verdict === 'passed' || run.tests?.cleared.includes(name) === true);
      const counts = tests.get(name) ?? { flaky: 0, redAgain: 0, redOnce: 0 };
      counts[isCleared ? 'flaky' : reds > 1 ? 'redAgain' : 'redOnce'] += 1;
      tests.set(name, counts);
    }
  }
  return tests;
}

/** Tests of a gate whose red is a flake more likely than a fault, each by its own history. */
export function likelyFlakyTests(runs: readonly VerdictRecord[], gate: string): ReadonlySet<string> {
  const likely = [...testFlakes(runs, gate)].filter(([, history]) => isFlakeLikelier({ ...history, trees: 0 }));
  return new Set(likely.map(([name]) => name));
}
