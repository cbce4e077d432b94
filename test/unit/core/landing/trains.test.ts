import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fewestConflicts } from '../../../../src/core/landing/landingOrder';
import { meetingPairs, type InFlight, type PathChange } from '../../../../src/core/landing/radar';

/** Twenty pull requests of a project, one after another as they landed, each as it was before: see `test/bench/train.ts`. */
interface Train {
  readonly stories: readonly { readonly number: number; readonly changes: readonly string[] }[];
  readonly conflicts: readonly { readonly one: number; readonly other: number; readonly files: readonly string[] }[];
  /** How many git itself merged one after another. */
  readonly landed: { readonly arrival: number; readonly radar: number };
}

const HOW: Readonly<Record<string, PathChange['how']>> = { a: 'added', r: 'removed', c: 'changed' };

function read(name: string): Train {
  return JSON.parse(readFileSync(path.join(__dirname, 'trains', `${name}.json`), 'utf8')) as Train;
}

describe('real trains of twenty pull requests', () => {
  for (const [name, arrival, best] of [
    ['express', 6, 10],
    ['bors', 12, 19],
  ] as const) {
    it(`[MQ13] ${name}: ${arrival} land in order of arrival, and the radar’s order lands ${best}, as many as any can`, () => {
      const { stories, conflicts, landed } = read(name);
      const inFlight = stories.map(({ number, changes }): InFlight => ({
        key: String(number),
        state: String(number),
        changes: changes.map((one) => ({ how: HOW[one.charAt(0)] ?? 'changed', path: one.slice(2) })),
      }));
      const asked = new Set(meetingPairs(inFlight).map(([one, other]) => `${one.key} ${other.key}`));
      const missed = conflicts.filter(({ one, other }) => !asked.has(`${one} ${other}`));
      assert.deepEqual(missed, [], 'no conflict is between stories that are not compared');
      const pairs = conflicts.map(({ one, other }) => [String(one), String(other)] as const);
      const found = fewestConflicts(inFlight.map(({ key }) => ({ key, rank: 2, dependsOn: [] })), pairs); // prettier-ignore
      assert.equal(found.landsAsGiven.length, arrival);
      assert.equal(found.lands.length, best);
      assert.equal(most(inFlight.map(({ key }) => key), pairs), best); // prettier-ignore
      assert.equal(landed.arrival, arrival);
      assert.ok(landed.radar >= best, 'git itself merged at least as many');
    });
  }
});

/** The most that can land together, by trying all sets. */
function most(keys: readonly string[], pairs: readonly (readonly [string, string])[]): number {
  const inTheWay = keys.map((key) =>
    pairs.reduce((bits, [one, other]) => {
      const against = one === key ? other : other === key ? one : null;
      return against === null ? bits : bits | (1 << keys.indexOf(against));
    }, 0),
  );
  const go = (open: number): number => {
    if (open === 0) return 0;
    const at = 31 - Math.clz32(open);
    const rest = open & ~(1 << at);
    const taken = 1 + go(rest & ~(inTheWay[at] ?? 0));
    return (rest & (inTheWay[at] ?? 0)) === 0 ? taken : Math.max(taken, go(rest));
  };
  return go((1 << keys.length) - 1);
}
