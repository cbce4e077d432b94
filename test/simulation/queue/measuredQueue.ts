import type { LandingEnd, MeasuredGate } from '../../../src/core/pipeline/measureQueue';
import type { Random } from '../../torture/random';
import type { Truth } from './scene';

/** What a ledger and a journal would hold of a machine like this: runs among others, of lengths that vary. */
export function recordsOf(
  truth: Truth,
  chance: Random,
  size: { readonly runs: number; readonly most: number },
): { records: MeasuredGate[]; ends: LandingEnd[] } {
  const share = (): number => chance.below(1_000_000) / 1_000_000;
  const ends = Array.from({ length: size.runs }, (): LandingEnd => (share() < truth.redShare ? 'red' : 'landed'));
  const records = ends.flatMap((end, at): MeasuredGate[] => {
    const beside = chance.below(size.most);
    const id = String(at).padStart(40, '0');
    const run = (verdict: MeasuredGate['verdict'], after: number): MeasuredGate => ({
      at: new Date(Date.UTC(2026, 0, 1) + at * 3_600_000 + after * 1_000).toISOString(),
      of: 'candidate',
      commit: id,
      tree: id,
      gate: 'test',
      definition: 'd',
      platform: 'p',
      verdict,
      ms: truth.gateMs * Math.max(1, (1 + beside) / truth.width) * (0.85 + 0.3 * share()),
      beside,
    });
    const last = run(end === 'red' ? 'failed' : 'passed', 1);
    return share() < truth.flakeShare ? [run('failed', 0), last] : [last];
  });
  return { records, ends };
}
