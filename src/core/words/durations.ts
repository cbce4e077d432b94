const SECOND = 1000;
/** In ms. */
export const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A length of time (ms) in the one unit that says enough: `41 s`, `6 min`, `2 h`, `3 d`. */
export function duration(ms: number): string {
  const length = Math.max(0, ms);
  if (length < MINUTE) return `${Math.floor(length / SECOND)} s`;
  if (length < HOUR) return `${Math.floor(length / MINUTE)} min`;
  if (length < 2 * DAY) return `${Math.floor(length / HOUR)} h`;
  return `${Math.floor(length / DAY)} d`;
}

/** A length of time (ms) to two figures or more, where lengths are compared: `1.5 d`, `12 min`, `740 ms`. */
export function lengthText(ms: number): string {
  if (ms < SECOND) return `${Math.round(ms)} ms`;
  const [unit, length] =
    ms < MINUTE ? ['s', SECOND] : ms < HOUR ? ['min', MINUTE] : ms < DAY ? ['h', HOUR] : ['d', DAY];
  const value = ms / length;
  return `${value < 10 ? value.toFixed(1) : String(Math.round(value))} ${unit}`;
}

/** The time since an ISO 8601 moment, as `duration` says it. `now` in ms since 1970. */
export function age(since: string, now: number): string {
  return duration(now - Date.parse(since));
}

/** A list for people: `a.ts`, `a.ts and b.ts`, `a.ts, b.ts and 3 more`. */
export function namesOf(names: readonly string[]): string {
  const [first, second, ...rest] = names;
  if (first === undefined) return '';
  if (second === undefined) return first;
  if (rest.length === 0) return `${first} and ${second}`;
  return `${first}, ${second} and ${rest.length} more`;
}

/** A count with its noun: `1 commit`, `3 commits`, `2 stories`. */
export function count(number: number, noun: string, nouns = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : nouns}`;
}

/** A number as it is said where only its size counts: `740`, `12k`. */
export function thousands(number: number): string {
  return number < 1000 ? String(number) : `${Math.round(number / 1000)}k`;
}
