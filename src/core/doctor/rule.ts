import type { DoctorFacts } from './facts';
import type { Said } from '../words/said';
import type { Repair } from './repair';
import type { Opening, Severity } from './report';

/** Where a rule applies. `about` tells its sightings apart and stays the same for as long as nothing changes. */
export interface Sighting {
  readonly about: string;
  /** In sentences; a text of somebody else's stands as it is. */
  readonly what: string | Said | readonly Said[];
  readonly since?: number | null;
  readonly opens?: Opening;
  readonly repair?: Repair;
}

/** One kind of finding. Its words are for people: what is wrong stands in `what` of each sighting. */
export interface Rule {
  readonly severity: Severity;
  readonly title: string;
  /** Why it matters. */
  readonly why: string;
  /** What to do. */
  readonly advice: string;
  readonly find: (facts: DoctorFacts) => readonly Sighting[];
}

/** The rules of one area, by what follows its name and a dot in their ids. */
export type Rules = Readonly<Record<string, Rule>>;

/** A command of ours to go on with. */
export function command(id: string, label: string): Opening {
  return { kind: 'command', command: `switchyard.${id}`, label };
}
