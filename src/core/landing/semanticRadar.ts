import type { GateHealth } from '../gates/gateHealth';

/**
 * Which gates run on the merge of two stories to know whether they are red together: none, the one that takes the least time, or
 * all of them.
 */
export const RADAR_GATES = ['off', 'cheapest', 'all'] as const;
export type RadarGates = (typeof RADAR_GATES)[number];

/** The gate that takes the least time, by what was measured of each; the first one where nothing was. */
export function cheapestGate(gates: readonly Pick<GateHealth, 'gate' | 'medianMs'>[]): string | undefined {
  const measured = gates.filter(({ medianMs }) => medianMs !== null);
  return (measured.toSorted((a, b) => (a.medianMs ?? 0) - (b.medianMs ?? 0))[0] ?? gates[0])?.gate;
}
