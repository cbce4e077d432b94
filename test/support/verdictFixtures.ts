import type { VerdictRecord } from '../../src/core/gates/verdictRecord';

const OID = 'a'.repeat(40);

/** A run of gate `test` on the commit of story #1 that passed, with what a test says otherwise. */
export function verdictOf(change: Partial<VerdictRecord> = {}): VerdictRecord {
  return {
    kind: 'gate',
    key: 'k1',
    number: 1,
    at: '2026-01-02T11:30:00.000Z',
    of: 'story',
    commit: OID,
    tree: OID,
    gate: 'test',
    command: 'npm test',
    verdict: 'passed',
    ms: 1000,
    definition: 'd1',
    platform: 'p1',
    run: 'r1',
    digest: null,
    beside: 0,
    attempt: 1,
    ...change,
  };
}
