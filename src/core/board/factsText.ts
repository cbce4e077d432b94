import { duration } from '../words/durations';

/** A piece of the line of facts: words, or a moment (ms since 1970) whose age is shown, which stays true by itself. */
export type Fact = string | { readonly since: number };

/** The line of facts as of `now` (ms since 1970): `test 2/3 · 41 s`. */
export function factsText(facts: readonly Fact[], now: number): string {
  return facts.map((fact) => (typeof fact === 'string' ? fact : duration(now - fact.since))).join(' · ');
}

/** Whether the line says something else as time goes by. */
export function hasAge(facts: readonly Fact[]): boolean {
  return facts.some((fact) => typeof fact !== 'string');
}
