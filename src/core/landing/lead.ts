declare const confirmed: unique symbol;

/**
 * Proof that this process led a moment ago, by its claim on disk. Good for the one act that follows it. Only the code that
 * reads claims makes one; `epoch` rises with every leader and is the `boot` of merge jobs.
 */
export interface LiveLead {
  readonly epoch: number;
  readonly [confirmed]: true;
}
