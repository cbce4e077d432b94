/** How the queue lands: one story after another, several tested side by side, or several proven by one gate run. */
export type QueuePolicy =
  | { readonly kind: 'one' }
  /** So many candidates are tested side by side, each on those before it. `size` is at least 2. */
  | { readonly kind: 'train'; readonly size: number }
  /** A chain of so many is proven by the gates of its last. `size` is at least 2. */
  | { readonly kind: 'batch'; readonly size: number };

export interface PolicyChoice {
  readonly policy: QueuePolicy;
  /** One sentence for people. */
  readonly why: string;
}

/** What the latest gate runs measured. Null where nothing tells yet. */
export interface QueueMeasures {
  /** How many runs of all gates of one candidate the figures come from. */
  readonly runs: number;
  /** How long (ms) all gates of one candidate take where nothing runs beside them. */
  readonly gateMs: number | null;
  /** How many gate runs the machine does side by side before they slow each other: 1 means that they share it all. */
  readonly width: number | null;
  /** Share of candidates that are red, 0 to 1. */
  readonly redShare: number | null;
  /** Share of runs that are red although the same tree passes, 0 to 1. */
  readonly flakeShare: number | null;
}

/** The settings: which policy, and the highest numbers of a train and of a batch. */
export interface QueueBounds {
  readonly wanted: 'auto' | QueuePolicy['kind'];
  readonly parallel: number;
  readonly batch: number;
}

/** Which policy is in force, and why. Pure: the same measures give the same choice. */
export function choosePolicy({ wanted, parallel, batch }: QueueMeasures & QueueBounds): PolicyChoice {
  if (wanted === 'auto') return { policy: { kind: 'one' }, why: 'too few gate runs have been measured yet' };
  const why = 'the setting says so';
  const size = wanted === 'train' ? parallel : batch;
  return wanted === 'one' || size < 2
    ? { policy: { kind: 'one' }, why }
    : { policy: { kind: wanted, size: Math.floor(size) }, why };
}
