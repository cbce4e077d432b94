import * as z from 'zod/mini';
import { spreadOf } from '../statistics/spread';
import { duration } from '../words/durations';
import { say, type Said } from '../words/said';
import { testFlakes } from './testFlakes';
import { flakeHistory, isFlakeLikelier } from './flaky';
import type { Quarantine } from './quarantine';
import type { VerdictRecord } from './verdictRecord';

const trees = z.int().check(z.minimum(0));

/** What is known of a gate by its runs. `medianMs` is of the runs that judged; null without any. */
export const gateHealthSchema = z.object({
  gate: z.string(),
  command: z.string(),
  runs: z.int(),
  last: z.nullable(z.string()),
  medianMs: z.nullable(z.number()),
  history: z.object({ trees, flaky: trees, redAgain: trees, redOnce: trees }),
  /** ISO 8601; null where nobody has quarantined it. */
  quarantinedSince: z.nullable(z.string()),
  /** Single tests that said both of one tree, or are quarantined; the flakiest first. */
  tests: z.array(z.object({ test: z.string(), flaky: trees, red: trees, quarantinedSince: z.nullable(z.string()) })),
});
export type GateHealth = z.infer<typeof gateHealthSchema>;
export type TestHealth = GateHealth['tests'][number];

/** So many tests of a gate are told. */
const MOST_TESTS = 50;

/** Of each gate that is configured, and of each that is quarantined though it no longer is. `runs` are the newest first. */
export function gateHealth(
  configured: readonly { readonly name: string; readonly command: string }[],
  runs: readonly VerdictRecord[],
  quarantines: readonly Quarantine[],
): GateHealth[] {
  const names = new Set(configured.map(({ name }) => name));
  const unknown = new Set(quarantines.flatMap(({ gate }) => (names.has(gate) ? [] : [gate])));
  const gone = [...unknown].map((name) => ({ name, command: '' }));
  return [...configured, ...gone].map(({ name, command }) => {
    const own = runs.filter(({ gate, of }) => gate === name && of !== 'trial');
    const judged = own.filter(({ verdict }) => verdict === 'passed' || verdict === 'failed');
    return {
      gate: name,
      command,
      runs: own.length,
      last: own[0]?.verdict ?? null,
      medianMs: spreadOf(judged.map(({ ms }) => ms))?.median ?? null,
      history: flakeHistory(own, name),
      quarantinedSince: quarantines.find(({ gate, test }) => gate === name && test === undefined)?.since ?? null,
      tests: testHealth(name, own, quarantines),
    };
  });
}

function testHealth(gate: string, runs: readonly VerdictRecord[], quarantines: readonly Quarantine[]): TestHealth[] {
  const flakes = testFlakes(runs, gate);
  const since = new Map(quarantines.flatMap((one) => (one.gate === gate && one.test !== undefined ? [[one.test, one.since]] : []))); // prettier-ignore
  const names = [...since.keys(), ...[...flakes].flatMap(([name, { flaky }]) => (flaky > 0 ? [name] : []))];
  const tests = [...new Set(names)].map((test) => {
    const { flaky = 0, redAgain = 0, redOnce = 0 } = flakes.get(test) ?? {};
    return { test, flaky, red: redAgain + redOnce, quarantinedSince: since.get(test) ?? null };
  });
  return tests.sort((one, other) => other.flaky - one.flaky).slice(0, MOST_TESTS);
}

/** `Passed and failed on 2 trees. Quarantined for 3 d.` `now` in ms since 1970. */
export function sayTest({ flaky, red, quarantinedSince }: TestHealth, now: number): Said[] {
  return [
    flaky === 0
      ? say('Never passed and failed on one tree.')
      : flaky === 1
        ? say('Passed and failed on 1 tree.')
        : say('Passed and failed on {0} trees.', flaky),
    ...(red === 0 ? [] : [red === 1 ? say('Red alone on 1 tree.') : say('Red alone on {0} trees.', red)]),
    ...sayQuarantined(quarantinedSince, now),
  ];
}

/** `Flaky on 2 of 31 trees, so a red run is tried once more. Takes 12 s. Quarantined for 3 d.` `now` in ms since 1970. */
export function sayGate({ history, medianMs, quarantinedSince }: GateHealth, now: number): Said[] {
  return [
    sayFlakes(history),
    ...(medianMs === null
      ? []
      : [medianMs < 1000 ? say('Takes less than 1 s.') : say('Takes {0}.', duration(medianMs))]),
    ...sayQuarantined(quarantinedSince, now),
  ];
}

function sayFlakes(history: GateHealth['history']): Said {
  const { trees, flaky } = history;
  if (trees === 0) return say('It has judged nothing yet.');
  if (flaky === 0) return trees === 1 ? say('Never flaky on 1 tree.') : say('Never flaky on {0} trees.', trees);
  return isFlakeLikelier(history)
    ? say('Flaky on {0} of {1} trees, so a red run is tried once more.', flaky, trees)
    : say('Flaky on {0} of {1} trees.', flaky, trees);
}

function sayQuarantined(since: string | null, now: number): Said[] {
  return since === null ? [] : [say('Quarantined for {0}.', duration(now - Date.parse(since)))];
}
