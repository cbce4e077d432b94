import { duration } from '../words/durations';
import { say, type Said } from '../words/said';
import type { KnownQueue } from './expectedWait';
import type { PolicyChoice, QueueBounds, QueuePolicy } from './policy';

/** A policy with what it would make of the wait, where one at a time is 1: in the mean over all queues, and at worst. */
export interface RatedPolicy {
  readonly policy: QueuePolicy;
  readonly mean: number;
  readonly worst: number;
}

/** What is in force, and what that means: `batch of 4: one gate run, ~3 min`. For fewer than would fit it is the most. */
export function sayPolicy({ policy, gateMs = null }: PolicyChoice, queued = 0): Said {
  const length = gateMs === null ? '' : `, ~${roughly(gateMs)}`;
  switch (policy.kind) {
    case 'one':
      return gateMs === null ? say('one at a time') : say('one at a time: ~{0} of gates each', roughly(gateMs));
    case 'train':
      return queued < policy.size
        ? say('train of up to {0}: as many gate runs side by side{1}', policy.size, length)
        : say('train of {0}: {0} gate runs side by side{1}', policy.size, length);
    case 'batch':
      return queued < policy.size
        ? say('batch of up to {0}: one gate run{1}', policy.size, length)
        : say('batch of {0}: one gate run{1}', policy.size, length);
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
export function whyPolicy(reason: Reason): Said {
  if (reason.kind === 'unmeasured')
    return say('too little is measured yet: {0} of {1} landings', reason.runs, reason.needed);
  switch (reason.chosen.policy.kind) {
    case 'one':
      return joined([whyNoTrain(reason), whyNoBatch(reason)]) ?? say('the settings allow nothing else');
    case 'train':
      return { text: '{0}: {1}', values: [sideBySide(reason.queue), saving(reason.chosen)] };
    case 'batch': {
      const batch = say('{0}, so with one gate run for several {1}', redWords(reason.queue), saving(reason.chosen));
      return joined([whyNoTrain(reason), batch]) ?? batch;
    }
  }
}

type Measured = Extract<Reason, { kind: 'measured' }>;

function joined(parts: readonly (Said | null)[]): Said | null {
  const [first, second] = parts.filter((part) => part !== null);
  if (first === undefined || second === undefined) return first ?? null;
  return { text: '{0}; {1}', values: [first, second] };
}

/** Null where a train would have helped, only less. */
function whyNoTrain({ rated, queue, facts }: Measured): Said | null {
  const trains = rated.filter(({ policy }) => policy.kind === 'train');
  if (trains.length === 0 || !trains.every(({ worst }) => worst > 1)) return null;
  const why = queue.width < 1.5 ? coresWords(facts.cores) : sideBySide(queue);
  return say('{0}: a train would make everybody wait longer', why);
}

function whyNoBatch({ rated, queue }: Measured): Said | null {
  const batches = rated.filter(({ policy }) => policy.kind === 'batch');
  if (batches.length === 0) return null;
  if (batches.every(({ worst }) => worst > 1))
    return say('{0}: a batch would be taken apart again too often', redWords(queue));
  return say('landing several together would save too little');
}

function coresWords(cores: number | undefined): Said {
  if (cores === undefined) return say('gates use the whole machine');
  if (cores === 1) return say('gates use the one core');
  return cores === 2 ? say('gates use both cores') : say('gates use all {0} cores', cores);
}

function sideBySide({ width }: KnownQueue): Said {
  const atFullSpeed = Math.floor(width + 0.05);
  return atFullSpeed < 2
    ? say('gates side by side do {0} times the work of one', width.toFixed(1))
    : say('{0} gate runs side by side take no longer than one', atFullSpeed);
}

function redWords({ redShare }: KnownQueue): Said {
  if (redShare < 0.03) return say('hardly any story is red');
  if (redShare > 0.4) return say('about {0} of 10 stories are red', Math.round(redShare * 10));
  return say('about one in {0} stories is red', Math.round(1 / redShare));
}

function saving({ mean }: RatedPolicy): Said {
  return say('the mean wait is about {0} % of that of one at a time', Math.round(mean * 100));
}
