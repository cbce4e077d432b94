/** How the run of a program ended. Times in milliseconds. */
export type RunOutcome =
  | { kind: 'exited'; code: number }
  | { kind: 'killed'; signal: string }
  | { kind: 'notFound'; program: string }
  | { kind: 'timedOut'; afterMs: number }
  | { kind: 'silent'; afterMs: number }
  | { kind: 'stopped' };
