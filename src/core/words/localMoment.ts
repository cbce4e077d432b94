/** A moment (ISO 8601, or ms since 1970) as the clock on this machine's wall says it: `2026-01-31 14:05:09`. */
export function localMoment(time: string | number): string {
  const at = new Date(time);
  const two = (part: number): string => String(part).padStart(2, '0');
  const day = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join('-');
  return `${day} ${[at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':')}`;
}

/** The time of day alone: `14:05`. */
export function localClock(time: string | number): string {
  return localMoment(time).slice(11, 16);
}

/** `14:05`, with its day where that is another one than at `now` (ms since 1970): `2026-01-31 14:05`. */
export function localWhen(time: string | number, now: number): string {
  const [at, today] = [localMoment(time), localMoment(now)];
  return at.slice(0, 10) === today.slice(0, 10) ? at.slice(11, 16) : at.slice(0, 16);
}
