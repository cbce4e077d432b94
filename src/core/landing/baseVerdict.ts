import type { GateResult } from './job';

/** What gates say of the commit that a candidate was built on; `unknown` where they say nothing of it. */
export type BaseVerdict = { kind: 'green' } | { kind: 'red'; result: GateResult } | { kind: 'unknown' };
