import { choosePolicy } from '../../../src/core/pipeline/choosePolicy';
import type { QueuePolicy } from '../../../src/core/pipeline/policy';
import { textTable } from '../../../src/core/words/textTable';
import { meanWait } from './compare';
import type { Truth } from './scene';

export interface QueueSuite {
  /** How many queues of eight stories; of shorter ones it takes more to say as much. */
  readonly queues: number;
  readonly stories: readonly number[];
  readonly seed: number;
  readonly parallel: number;
  readonly batch: number;
}

const SECOND = 1000;

/** Every mix of how wide the machine is, how many stories are red, how many runs are flaky, and how long gates take. */
export function allTruths(): Truth[] {
  const gates = [2 * SECOND, 20 * SECOND, 180 * SECOND];
  const flakes = [0, 0.05, 0.2];
  const reds = [0, 0.1, 0.25, 0.5];
  const widths = [1, 1.5, 2, 4];
  return widths.flatMap((width) =>
    reds.flatMap((redShare) =>
      flakes.flatMap((flakeShare) => gates.map((gateMs) => ({ gateMs, width, redShare, flakeShare, pairShare: 0.02 }))),
    ),
  );
}

/** One line of the comparison. Waits are in lengths of one gate run. */
interface Compared {
  readonly truth: Truth;
  readonly stories: number;
  readonly one: number;
  readonly train: number;
  readonly batch: number;
  readonly chosen: QueuePolicy;
  /** The wait under the chosen policy, where one at a time is 1. */
  readonly ratio: number;
}

function compareQueue(truth: Truth, stories: number, suite: QueueSuite): Compared {
  const wait = (policy: QueuePolicy): number =>
    meanWait(policy, truth, { ...suite, queues: Math.ceil((suite.queues * 8) / stories), stories }) / truth.gateMs;
  const { parallel, batch } = suite;
  const chosen = choosePolicy({ ...truth, runs: 50, wanted: 'auto', parallel, batch }).policy;
  const one = wait({ kind: 'one' });
  const ratio = chosen.kind === 'one' ? 1 : wait(chosen) / one;
  const sized = { train: wait({ kind: 'train', size: parallel }), batch: wait({ kind: 'batch', size: batch }) };
  return { truth, stories, one, ...sized, chosen, ratio };
}

/** The table, and the choices that make the mean wait longer than they may. */
export function compareQueues(suite: QueueSuite): { readonly table: string; readonly tooSlow: readonly string[] } {
  const all = suite.stories.flatMap((stories) => allTruths().map((truth) => compareQueue(truth, stories, suite)));
  const head = ['Width', 'Red', 'Flaky', 'Gate', 'Stories', 'One', `Train ${suite.parallel}`, `Batch ${suite.batch}`, 'Chosen', 'Ratio']; // prettier-ignore
  const rows = all.map(rowOf);
  const isTooSlow = ({ ratio, truth, stories }: Compared): boolean =>
    ratio > 1.05 ||
    (ratio > 0.8 && stories === 8 && truth.width === 1 && truth.redShare === 0.1 && truth.flakeShare === 0);
  return { table: textTable(head, rows), tooSlow: all.filter(isTooSlow).map((one) => rowOf(one).join(' ')) };
}

/** `batch of 4`, `train of 2`, `one at a time`. */
function policyName(policy: QueuePolicy): string {
  return policy.kind === 'one' ? 'one at a time' : `${policy.kind} of ${policy.size}`;
}

function rowOf({ truth, stories, one, train, batch, chosen, ratio }: Compared): string[] {
  const { width, redShare, flakeShare, gateMs } = truth;
  const waits = [one, train, batch].map((wait) => wait.toFixed(1));
  return [String(width), String(redShare), String(flakeShare), `${gateMs / SECOND} s`, String(stories), ...waits, policyName(chosen), ratio.toFixed(2)]; // prettier-ignore
}
