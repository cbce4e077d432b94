import type { TargetFacts } from '../pipeline/facts';
import { shortRef } from '../story/names';
import type { RunFinding } from './finding';
import { inEnglish, say, type Said } from '../words/said';

type TargetMoved = Extract<RunFinding, { kind: 'targetMoved' }>;

/**
 * A move of the target by an agent that nobody has decided about: nothing may land on it, and no story may begin there.
 * One that somebody took back by hand is over.
 */
export function undecidedMove(findings: readonly RunFinding[], target: TargetFacts): TargetMoved | null {
  if (target.kind === 'missing') return null;
  const found = findings.find(
    (one): one is TargetMoved => one.kind === 'targetMoved' && one.ref === target.ref && one.from !== target.tip,
  );
  return found ?? null;
}

/** What a story waits for that could land. */
export function waitsForDecision(move: TargetMoved): string {
  return inEnglish([sayDecision(move)]);
}

/** The same as a sentence that can be said in any language. */
export function sayDecision({ ref, agent }: TargetMoved): Said {
  return say('Waits until you restore or keep {0}, which {1} moved.', shortRef(ref), agent);
}
