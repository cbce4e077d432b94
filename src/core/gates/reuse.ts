import { withNeeds, type OrderedGate } from './gateOrder';
import type { VerdictRecord } from './verdictRecord';

/** A gate of a proof, and what it said before of the very same tree, the oldest first. */
export interface KnownGate extends OrderedGate {
  readonly known: readonly VerdictRecord[];
}

/**
 * What a gate may build on: in one tree, on all that ran there before it; where gates run side by side, on those that it
 * needs.
 */
export type BuildsOn = 'allBefore' | 'needs';

/** For each gate, in their order, the names of what may have to run before it, in order, itself the last. */
export function groundsOf<G extends OrderedGate>(gates: readonly G[], buildsOn: BuildsOn): G[][] {
  return gates.map((gate, index) => {
    if (buildsOn === 'allBefore') return gates.slice(0, index + 1);
    const grounds = withNeeds([gate], gates);
    return [...gates.filter((one) => one !== gate && grounds.has(one)), gate];
  });
}

/**
 * The runs whose verdicts are taken for gates, by name of the gate; the others have to run. Only a pass is taken, only where
 * nothing else was said since, and only if it began at `notBefore` (ISO 8601; null for no such bound) or later. What a gate
 * that has to run may build on runs with it.
 */
export function reusable(
  gates: readonly KnownGate[],
  { notBefore, buildsOn }: { notBefore: string | null; buildsOn: BuildsOn },
): Map<string, VerdictRecord> {
  const passes = new Map<KnownGate, VerdictRecord>();
  for (const gate of gates) {
    const last = gate.known.filter(({ verdict }) => verdict !== 'stopped' && verdict !== 'lost').at(-1);
    if (last?.verdict === 'passed' && (notBefore === null || last.at >= notBefore)) passes.set(gate, last);
  }
  const running = groundsOf(gates, buildsOn).filter((grounds) => !passes.has(grounds.at(-1) as KnownGate));
  for (const gate of running.flat()) passes.delete(gate);
  return new Map([...passes].map(([{ name }, run]) => [name, run]));
}
