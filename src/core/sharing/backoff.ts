/** Milliseconds before the next attempt after so many failures in a row (1 for the first). `random` is from 0 to 1. */
export function waitBefore(failures: number, random: number): number {
  const whole = Math.min(LONGEST, SHORTEST * 2 ** Math.min(failures - 1, 10));
  // Machines that lost one server do not come back in one moment.
  return Math.round(Math.max(SHORTEST, whole * (0.5 + random / 2)));
}

const SHORTEST = 1_000;
const LONGEST = 30_000;

/** After so many failures in a row it is said, once. */
export const TELL_AFTER = 10;
