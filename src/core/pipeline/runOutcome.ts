/** How the run of a program ended. Times in milliseconds. */
export type RunOutcome =
  | { kind: 'exited'; code: number }
  | { kind: 'killed'; signal: string }
  | { kind: 'notFound'; program: string }
  /** `of`: not in all, but at one turn. */
  | { kind: 'timedOut'; afterMs: number; of?: 'turn' }
  | { kind: 'silent'; afterMs: number }
  | { kind: 'stopped' }
  /** Whoever had started it died, and with it the word of how it ended. It says nothing about the program, if that began. */
  | { kind: 'lost'; neverBegan?: true };
