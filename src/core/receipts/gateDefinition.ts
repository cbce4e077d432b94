import type { GateConfig } from '../gates/gateConfig';

/** A gate as configured, in one form: the same gate gives the same text, in whatever order somebody wrote its parts. */
export function gateDefinition(gate: GateConfig): string {
  return JSON.stringify(sorted(gate));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, one]) => [key, sorted(one)]));
}
