import type { QueuePolicy } from '../../../src/core/pipeline/policy';
import { Random } from '../../torture/random';
import { landBatch } from './landBatch';
import { landTrain } from './landTrain';
import { Machine } from './machine';
import { Scene, type Truth } from './scene';

/** Mean wait (ms) of so many queued stories under a policy, over so many seeded queues. Every policy meets the same queues. */
export function meanWait(
  policy: QueuePolicy,
  truth: Truth,
  size: { readonly stories: number; readonly queues: number; readonly seed: number },
): number {
  let sum = 0;
  for (let at = 0; at < size.queues; at += 1) {
    const scene = new Scene(new Machine(truth.width), truth, new Random(size.seed * 1_000_003 + at), size.stories);
    if (policy.kind === 'batch') landBatch(scene, policy.size);
    else landTrain(scene, policy.kind === 'train' ? policy.size : 1);
    sum += scene.meanWait();
  }
  return sum / size.queues;
}
