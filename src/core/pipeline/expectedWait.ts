import { sizeOf, type QueuePolicy } from './policy';

/** A queue to reckon with: all figures are known. */
export interface KnownQueue {
  /** How long (ms) the gates of one candidate take alone. Above 0. */
  readonly gateMs: number;
  /** How many gate runs the machine does side by side before they slow each other; at least 1. */
  readonly width: number;
  readonly redShare: number;
  readonly flakeShare: number;
}

/** What a landing costs (ms) beside its gates: building a candidate, filling a gate tree, and moving the target. */
export const LANDING_COSTS = { build: 300, tree: 700, land: 700 } as const;

/** Whether a red gate runs once more: where its history makes a flake likelier than a fault. */
export function runsAgain({ redShare, flakeShare }: Pick<KnownQueue, 'redShare' | 'flakeShare'>): boolean {
  return flakeShare > 0 && flakeShare >= redShare;
}

/**
 * The mean time (ms) until queued stories have landed, or have been found to be red: at each place for so many stories, up to
 * `most`. An expectation, exact for gates of one length: the first red story of a window tells nothing about those behind it, so
 * what is left is a queue as before.
 */
export function expectedWaits(policy: QueuePolicy, most: number, queue: KnownQueue): number[] {
  const round = roundOf(policy, queue);
  const sums = [0];
  for (let left = 1; left <= most; left += 1) {
    const ends = round(left).map(({ chance, own, took, over }) => {
      return chance * (own + (left - over) * took + (sums[left - over] ?? 0));
    });
    sums.push(ends.reduce((sum, one) => sum + one, 0));
  }
  return sums.map((sum, stories) => (stories === 0 ? 0 : sum / stories));
}

/**
 * One way in which a round can end: `over` stories are out of the queue, having waited `own` ms in all since the round began, and
 * the next round begins after `took` ms.
 */
interface RoundEnd {
  readonly chance: number;
  readonly over: number;
  readonly own: number;
  readonly took: number;
}

function roundOf(policy: QueuePolicy, queue: KnownQueue): (left: number) => RoundEnd[] {
  const size = sizeOf(policy);
  const endsOf = policy.kind === 'batch' ? batchRound : trainRound;
  // A window is as long as the policy says, but for the last stories of a queue.
  const known = new Map<number, RoundEnd[]>();
  return (left) => {
    const window = Math.min(size, left);
    const ends = known.get(window) ?? endsOf(window, queue);
    known.set(window, ends);
    return ends;
  };
}

/** Chances that the first red story is the 1st, 2nd, …; the last one is that there is none. */
function firstRed(window: number, redShare: number): number[] {
  const green = 1 - redShare;
  const chances = Array.from({ length: window }, (_, before) => green ** before * redShare);
  return [...chances, green ** window];
}

/** A dropped story that stood on others is proven alone before it is blamed, beside what goes on: it takes its part of the machine. */
function aloneMs(ahead: number, window: number, { gateMs, width }: KnownQueue): { own: number; slows: number } {
  if (ahead === 0 || ahead === window) return { own: 0, slows: 0 };
  return { own: gateMs * Math.max(1, 2 / width), slows: width >= 2 ? 0 : gateMs / width };
}

/** So many are tested side by side. What is ahead of the first red one lands; those behind it are built anew. */
function trainRound(window: number, queue: KnownQueue): RoundEnd[] {
  const { gateMs, width, flakeShare } = queue;
  const { build, tree, land } = LANDING_COSTS;
  const tested = window * build + tree + gateMs * Math.max(1, window / width);
  const again = runsAgain(queue) ? gateMs : 0;
  const falseRed = 1 - (1 - flakeShare) ** window;
  return firstRed(window, queue.redShare).map((chance, ahead): RoundEnd => {
    const isRed = ahead < window;
    const took = tested + again * (isRed ? 1 : falseRed);
    const landed = Array.from({ length: ahead }, (_, place) => took + (place + 1) * land);
    const alone = aloneMs(ahead, window, queue);
    return {
      chance,
      over: isRed ? ahead + 1 : ahead,
      own: landed.reduce((sum, at) => sum + at, isRed ? took + alone.own : 0),
      took: took + ahead * land + alone.slows,
    };
  });
}

/** One gate run for so many. Red: the first red one is found by halving, what is ahead of it lands, and it is out. */
function batchRound(window: number, queue: KnownQueue): RoundEnd[] {
  const { gateMs, flakeShare } = queue;
  const { build, tree, land } = LANDING_COSTS;
  const again = runsAgain(queue);
  const run = tree + gateMs;
  const ends = firstRed(window, queue.redShare).flatMap((chance, ahead): RoundEnd[] => {
    const probes = ahead < window ? probesFor(window, ahead) : 0;
    // Each red answer is asked for again; each run can be red for nothing.
    const red = ahead < window ? redAnswers(window, ahead) : 0;
    const repeated = again ? red + flakeShare * (1 + probes - red) : 0;
    const alone = aloneMs(ahead, window, queue);
    const found = windowEnd(window, ahead, window * build + (1 + probes) * run + repeated * gateMs, land);
    const end = { ...found, own: found.own + alone.own, took: found.took + alone.slows };
    if (ahead < window) return [{ ...end, chance }];
    // Red for nothing, also where it was asked again: it is looked for, and the last one is taken for it.
    const falseRed = again ? flakeShare ** 2 : flakeShare;
    const taken = windowEnd(window, window - 1, window * build + (1 + probesFor(window, window - 1)) * run, land);
    return [{ ...end, chance: chance * (1 - falseRed) }, { ...taken, chance: chance * falseRed }]; // prettier-ignore
  });
  return ends;
}

function windowEnd(window: number, ahead: number, found: number, land: number): Omit<RoundEnd, 'chance'> {
  const took = found + (ahead > 0 ? land : 0);
  const over = Math.min(window, ahead + 1);
  return { over, own: over * took, took };
}

/** Places of a red chain that are asked about until its first red one is known, each with the answer. */
function halving(window: number, ahead: number): ('red' | 'green')[] {
  const answers: ('red' | 'green')[] = [];
  let [green, red] = [0, window];
  while (red - green > 1) {
    const middle = Math.floor((green + red) / 2);
    if (middle > ahead) red = middle;
    else green = middle;
    answers.push(middle > ahead ? 'red' : 'green');
  }
  return answers;
}

function probesFor(window: number, ahead: number): number {
  return halving(window, ahead).length;
}

function redAnswers(window: number, ahead: number): number {
  return 1 + halving(window, ahead).filter((answer) => answer === 'red').length;
}
