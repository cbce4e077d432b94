import type { LineCommit, LineVerdict } from '../landing/targetLine';
import { searchRed } from '../landing/targetLine';
import { shortRef } from '../story/names';
import { say, type Said } from '../words/said';
import type { Oid } from '../story/stage';
import type { RedCommit } from './targetHealth';

/** A gate that runs after landings is red on the target's tip. */
export interface LandedRed {
  readonly gate: string;
  /** What turned it red; while that is not known, the oldest commit that is known to be red. */
  readonly since: RedCommit;
  readonly search: 'found' | 'under way' | 'lost';
}

/** What is so of one gate that runs after landings, and the commit on which it runs next, null for none. */
export interface LandedState {
  readonly red: LandedRed | null;
  readonly next: Oid | null;
}

/**
 * The newest landing is proven first, and none before it unless it is red: then the first red one is looked for. `line` is
 * the target's, `verdicts` are those of this gate on it; `isSilent`: a run there said nothing and is not repeated.
 */
export function landedState(
  gate: string,
  line: readonly LineCommit[],
  verdicts: readonly LineVerdict[],
  isSilent: (commit: Oid) => boolean,
): LandedState {
  const [tip] = line;
  if (tip === undefined) return { red: null, next: null };
  if (verdicts[0] === 'green') return { red: null, next: null };
  if (verdicts[0] !== 'red') {
    const known = verdicts.findIndex((one) => one !== 'unknown');
    const hasLanding = line.slice(0, known === -1 ? undefined : known).some(({ story }) => story !== null);
    return { red: null, next: hasLanding && !isSilent(tip.oid) ? tip.oid : null };
  }
  const search = searchRed(verdicts);
  const since = line[search.kind === 'found' ? search.first : search.earliest] ?? tip;
  const wanted = search.kind === 'searching' ? line[search.next]?.oid : undefined;
  const next = wanted === undefined || isSilent(wanted) ? null : wanted;
  const how = search.kind === 'found' ? 'found' : next === null ? 'lost' : 'under way';
  return { red: { gate, since, search: how }, next };
}

/** `Gate slow is red on main since a41f09c (#31 landed there).` */
export function sayLandedRed({ gate, since, search }: LandedRed, target: string): Said[] {
  const what = since.story === null ? since.subject : say('#{0} landed there', since.story.number);
  const text =
    search === 'found'
      ? 'Gate {0}, which runs after landings, is red on {1} since {2} ({3}).'
      : 'Gate {0}, which runs after landings, is red on {1} at least since {2} ({3}).';
  const red = say(text, gate, shortRef(target), since.oid.slice(0, 7), what);
  return search === 'under way' ? [red, say('Switchyard looks for what turned it red.')] : [red];
}
