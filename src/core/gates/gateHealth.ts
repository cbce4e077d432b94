import * as z from 'zod/mini';
import { spreadOf } from '../statistics/spread';
import { count, duration } from '../words/durations';
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
});
export type GateHealth = z.infer<typeof gateHealthSchema>;

/** Of each gate that is configured, and of each that is quarantined though it no longer is. `runs` are the newest first. */
export function gateHealth(
  configured: readonly { readonly name: string; readonly command: string }[],
  runs: readonly VerdictRecord[],
  quarantines: readonly Quarantine[],
): GateHealth[] {
  const names = new Set(configured.map(({ name }) => name));
  const gone = quarantines.filter(({ gate }) => !names.has(gate)).map(({ gate }) => ({ name: gate, command: '' }));
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
      quarantinedSince: quarantines.find(({ gate }) => gate === name)?.since ?? null,
    };
  });
}

/** `Flaky on 2 of 31 trees, so a red run is tried once more. 12 s. Quarantined for 3 d.` `now` in ms since 1970. */
export function healthWords({ history, medianMs, quarantinedSince }: GateHealth, now: number): string {
  const { trees: judged, flaky } = history;
  const again = isFlakeLikelier(history) ? ', so a red run is tried once more' : '';
  return [
    judged === 0 ? 'It has judged nothing yet.' : flaky === 0 ? `Never flaky on ${count(judged, 'tree')}.` : `Flaky on ${flaky} of ${count(judged, 'tree')}${again}.`, // prettier-ignore
    ...(medianMs === null ? [] : [`Takes ${medianMs < 1000 ? 'less than 1 s' : duration(medianMs)}.`]),
    ...(quarantinedSince === null ? [] : [`Quarantined for ${duration(now - Date.parse(quarantinedSince))}.`]),
  ].join(' ');
}
