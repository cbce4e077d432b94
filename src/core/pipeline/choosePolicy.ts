import { expectedWaits, type KnownQueue } from './expectedWait';
import { isSamePolicy, type PolicyChoice, type QueueBounds, type QueueMeasures, type QueuePolicy } from './policy';
import { say, type Said } from '../words/said';
import { whyPolicy, type RatedPolicy } from './policyWords';

/** With fewer than these, chance decides more than the machine. */
const RUNS_NEEDED = 5;

/** Another policy than the one in force has to save this share of its wait. */
const WORTH_A_CHANGE = 0.1;
/** What is not the plain way has to save this share, or it is not worth it. */
const WORTH_IT = 0.05;

/** Up to this length of the queue a policy has to be no slower than one at a time. */
const LONGEST_QUEUE = 16;

/**
 * Which policy is in force, and why. Pure. `before` is the one in force so far: it stays while another would save little, so that
 * it does not change to and fro, and goes at once where it would make anybody wait longer than one at a time.
 */
export function choosePolicy(
  facts: QueueMeasures & QueueBounds & { readonly before?: QueuePolicy | null },
): PolicyChoice {
  const { wanted, gateMs, width } = facts;
  const choice = (policy: QueuePolicy, why: Said): PolicyChoice => ({ policy, why, gateMs, width });
  if (wanted !== 'auto') return choice(withinBounds(wanted, facts), say('the setting merge.policy says so'));
  const queue = knownQueue(facts);
  if (queue === null) return choice(ONE, whyPolicy({ kind: 'unmeasured', runs: facts.runs, needed: RUNS_NEEDED }));
  const plain = expectedWaits(ONE, LONGEST_QUEUE, queue);
  const rated = allowedPolicies(facts).map((policy) => ratePolicy(policy, queue, plain));
  const chosen = pick(rated, facts.before ?? null, queue);
  return choice(chosen.policy, whyPolicy({ kind: 'measured', chosen, rated, queue, facts }));
}

const ONE: QueuePolicy = { kind: 'one' };

function withinBounds(kind: QueuePolicy['kind'], { parallel, batch }: QueueBounds): QueuePolicy {
  const size = Math.floor(kind === 'train' ? parallel : batch);
  return kind === 'one' || size < 2 ? ONE : { kind, size };
}

/** Null while too little was measured. A machine of which nothing is known is taken for one that a single run fills. */
function knownQueue({ runs, gateMs, width, redShare, flakeShare }: QueueMeasures): KnownQueue | null {
  if (runs < RUNS_NEEDED || gateMs === null || gateMs <= 0 || redShare === null) return null;
  return { gateMs, width: Math.max(1, width ?? 1), redShare, flakeShare: flakeShare ?? 0 };
}

function allowedPolicies({ parallel, batch }: QueueBounds): QueuePolicy[] {
  const sizes = (most: number): number[] =>
    Array.from({ length: Math.max(0, Math.floor(most) - 1) }, (_, at) => at + 2);
  return [
    ONE,
    ...sizes(parallel).map((size): QueuePolicy => ({ kind: 'train', size })),
    ...sizes(batch).map((size): QueuePolicy => ({ kind: 'batch', size })),
  ];
}

function ratePolicy(policy: QueuePolicy, queue: KnownQueue, plain: readonly number[]): RatedPolicy {
  const ratios = expectedWaits(policy, LONGEST_QUEUE, queue).flatMap((wait, stories) => {
    return stories < 2 ? [] : wait / (plain[stories] ?? wait);
  });
  return { policy, mean: ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length, worst: Math.max(...ratios) };
}

/**
 * The one that saves the most of those that make nobody wait longer, whatever the length of the queue. Flakes inside of the search
 * for a red story are not reckoned with, so where runs are flaky a batch has to save more.
 */
function pick(rated: readonly RatedPolicy[], before: QueuePolicy | null, { flakeShare }: KnownQueue): RatedPolicy {
  const plain: RatedPolicy = { policy: ONE, mean: 1, worst: 1 };
  const fair = rated.filter(({ policy, worst }) => worst <= (policy.kind === 'batch' ? 1 - flakeShare / 2 : 1));
  const best = fair.reduce((found, one) => (one.mean < found.mean ? one : found), plain);
  const present = fair.find(({ policy }) => before !== null && isSamePolicy(policy, before));
  if (present !== undefined && best.mean > present.mean * (1 - WORTH_A_CHANGE)) return present;
  return best.mean > 1 - WORTH_IT ? plain : best;
}
