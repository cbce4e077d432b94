import { duration } from '../words/durations';
import { inEnglish, say, type Said } from '../words/said';
import type { KnownQueue } from './expectedWait';
import type { PolicyChoice, QueueBounds, QueuePolicy } from './policy';

/** A policy with what it would make of the wait, where one at a time is 1: in the mean over all queues, and at worst. */
export interface RatedPolicy {
  readonly policy: QueuePolicy;
  readonly mean: number;
  readonly worst: number;
}

/** What is in force, and what that means: `batch of 4: one gate run, ~3 min`. */
export function describePolicy(choice: PolicyChoice): string {
  return inEnglish([sayPolicy(choice)]);
}

export function sayPolicy({ policy, gateMs = null }: PolicyChoice): Said {
  const length = gateMs === null ? '' : `, ~${roughly(gateMs)}`;
  switch (policy.kind) {
    case 'one':
      return gateMs === null ? say('one at a time') : say('one at a time: ~{0} of gates each', roughly(gateMs));
    case 'train':
      return say('train of {0}: {0} gate runs side by side{1}', policy.size, length);
    case 'batch':
      return say('batch of {0}: one gate run{1}', policy.size, length);
  }
}

/** To the nearest unit, because a little more than two and a half minutes is three for who waits. */
export function roughly(ms: number): string {
  if (ms < 1000) return '1 s';
  if (ms < 59_500) return duration(Math.round(ms / 1000) * 1000);
  if (ms < 59.5 * 60_000) return duration(Math.round(ms / 60_000) * 60_000);
  return duration(Math.round(ms / 3_600_000) * 3_600_000);
}

type Reason =
  | { readonly kind: 'unmeasured'; readonly runs: number; readonly needed: number }
  | {
      readonly kind: 'measured';
      readonly chosen: RatedPolicy;
      readonly rated: readonly RatedPolicy[];
      readonly queue: KnownQueue;
      readonly facts: QueueBounds;
    };

/** Why a policy was chosen, as part of a sentence. */
export function whyPolicy(reason: Reason): string {
  if (reason.kind === 'unmeasured') return `too little is measured yet: ${reason.runs} of ${reason.needed} landings`;
  switch (reason.chosen.policy.kind) {
    case 'one':
      return (
        [whyNoTrain(reason), whyNoBatch(reason)].filter((part) => part !== null).join('; ') ||
        'the settings allow nothing else'
      );
    case 'train':
      return `${sideBySide(reason.queue)}: ${saving(reason.chosen)}`;
    case 'batch':
      return [
        whyNoTrain(reason),
        `${redWords(reason.queue)}, so with one gate run for several ${saving(reason.chosen)}`,
      ]
        .filter((part) => part !== null)
        .join('; ');
  }
}

type Measured = Extract<Reason, { kind: 'measured' }>;

/** Null where a train would have helped, only less. */
function whyNoTrain({ rated, queue, facts }: Measured): string | null {
  const trains = rated.filter(({ policy }) => policy.kind === 'train');
  if (trains.length === 0) return null;
  if (trains.every(({ worst }) => worst > 1))
    return `${queue.width < 1.5 ? `gates use ${coresWords(facts.cores)}` : sideBySide(queue)}: a train would make everybody wait longer`;
  return null;
}

function whyNoBatch({ rated, queue }: Measured): string | null {
  const batches = rated.filter(({ policy }) => policy.kind === 'batch');
  if (batches.length === 0) return null;
  if (batches.every(({ worst }) => worst > 1))
    return `${redWords(queue)}: a batch would be taken apart again too often`;
  return 'landing several together would save too little';
}

function coresWords(cores: number | undefined): string {
  if (cores === undefined) return 'the whole machine';
  if (cores === 1) return 'the one core';
  return cores === 2 ? 'both cores' : `all ${cores} cores`;
}

function sideBySide({ width }: KnownQueue): string {
  const atFullSpeed = Math.floor(width + 0.05);
  return atFullSpeed < 2
    ? `gates side by side do ${width.toFixed(1)} times the work of one`
    : `${atFullSpeed} gate runs side by side take no longer than one`;
}

function redWords({ redShare }: KnownQueue): string {
  if (redShare < 0.03) return 'hardly any story is red';
  if (redShare > 0.4) return `about ${Math.round(redShare * 10)} of 10 stories are red`;
  return `about one in ${Math.round(1 / redShare)} stories is red`;
}

function saving({ mean }: RatedPolicy): string {
  return `the mean wait is about ${Math.round(mean * 100)} % of that of one at a time`;
}
