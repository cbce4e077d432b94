import type { KeepaliveLimits } from '../../../src/share/keepalive';

/** So many times longer than all rounds of a test a peer may be silent in it. */
const MARGIN = 8;

/** Limits for a test of so many rounds: no busy machine is late enough to make a peer that answers look silent. */
export function limitsFor(rounds: number, pingMs: number): KeepaliveLimits {
  return checkedMargin({ pingMs, timeoutMs: MARGIN * rounds * pingMs }, rounds);
}

/** Throws where a test could drop a peer that answers, only because the machine is busy. */
export function checkedMargin(limits: KeepaliveLimits, rounds: number): KeepaliveLimits {
  const least = MARGIN * rounds * limits.pingMs;
  if (limits.timeoutMs >= least) return limits;
  throw new Error(`${rounds} rounds of ${limits.pingMs} ms need a timeout of ${least} ms, not ${limits.timeoutMs} ms.`);
}
