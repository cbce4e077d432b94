import { CONFIG_FILE } from '../core/gates/gateConfig';
import { count } from '../core/words/durations';
import { withNeeds } from '../core/gates/gateOrder';
import { visible } from '../core/words/visible';
import type { LineVerdict } from '../core/landing/targetLine';
import { touchEachOther } from '../core/landing/touching';
import type { Oid } from '../core/story/stage';
import type { Candidates } from '../ports/candidates';
import type { Gate } from './chooseGates';

/** What is compared: `base` is on the target or proven, and gates looked at it already. */
export interface Comparison {
  readonly base: Oid;
  readonly tip: Oid;
  /** `base` itself is compared, rather than where `tip` left it. */
  readonly isTree?: true;
}

/**
 * Gates that need not run, with why, by name: nothing that they look at changed since both commits were one. One that a
 * running gate needs is not among them.
 */
export async function unaffectedGates(
  git: Pick<Candidates, 'changedIn'>,
  gates: readonly Gate[],
  between: Comparison,
): Promise<Map<string, string>> {
  const lists = gates.flatMap(({ paths }) => (paths === undefined ? [] : [paths]));
  if (lists.length === 0) return new Map();
  const answers = await git.changedIn({ ...between, lists });
  const changed = gates.map(({ paths }) => paths === undefined || answers[lists.indexOf(paths)] !== false);
  const running = withNeeds(
    gates.filter((_, index) => changed[index]),
    gates,
  );
  const skipped = gates.filter((gate) => !running.has(gate));
  return new Map(skipped.map(({ name, paths = [] }) => [name, `nothing changed in ${patterns(paths)}.`]));
}

/** A gate that passed on as many trees since is not held to have passed on one from before. */
const MOST_TREES = 16;

/**
 * Of gates that nothing changed for, those that passed before, yet with nothing like what the commit has where they look:
 * with why they run, by name. So it is where others moved the target and no gate looked.
 */
export async function unprovenGates(
  git: Pick<Candidates, 'changedIn'>,
  gates: readonly Gate[],
  tip: Oid,
  passedOn: (gate: string, most: number) => ReadonlySet<Oid>,
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const { name, paths = [] } of gates) {
    const trees = passedOn(name, MOST_TREES);
    if (trees.size > 0 && (await asOnOneOf(git, trees, tip, [paths])) === null) found.set(name, `Gate ${name} runs because it has not passed with what is in ${patterns(paths)}, which others changed.`); // prettier-ignore
  }
  return found;
}

/** So many of the newest are compared: each costs a git call or two. */
const NEWEST = 4;

/**
 * Trees on which gates passed with all that the commit has where they look, and where those look that they need, by name of the
 * gate; what they said of the newest such tree counts. One without `paths` looks everywhere.
 */
export async function provenAlike(
  git: Pick<Candidates, 'changedIn'>,
  asked: Iterable<Gate>,
  { gates, tip }: { readonly gates: readonly Gate[]; readonly tip: Oid },
  judged: (gate: string, most: number) => ReadonlyMap<Oid, LineVerdict>,
): Promise<Map<string, Oid>> {
  const found = new Map<string, Oid>();
  for (const gate of asked) {
    const lists = [...withNeeds([gate], gates)].map(({ paths }) => paths);
    if (!lists.every((one) => one !== undefined)) continue;
    const trees = judged(gate.name, NEWEST);
    const tree = await asOnOneOf(git, trees.keys(), tip, lists);
    if (tree !== null && trees.get(tree) === 'green') found.set(gate.name, tree);
  }
  return found;
}

/** The first of these trees that has what the commit has where these patterns match; null for none. */
async function asOnOneOf(
  git: Pick<Candidates, 'changedIn'>,
  trees: Iterable<Oid>,
  tip: Oid,
  lists: readonly (readonly string[])[],
): Promise<Oid | null> {
  for (const base of trees) {
    const changed = await git.changedIn({ base, isTree: true, tip, lists });
    if (!changed.includes(true)) return base;
  }
  return null;
}

/** Whether two changes cannot touch each other: no path of one is the other's, and no gate looks at both. */
export async function areApart(
  git: Pick<Candidates, 'changedIn' | 'changedPaths'>,
  gates: readonly Gate[],
  changes: readonly [Comparison, Comparison],
): Promise<boolean> {
  const [some, others] = [await git.changedPaths(asChange(changes[0])), await git.changedPaths(asChange(changes[1]))];
  if ([...some, ...others].includes(CONFIG_FILE) || touchEachOther(some, others)) return false;
  const unaffected = [await unaffectedGates(git, gates, changes[0]), await unaffectedGates(git, gates, changes[1])];
  return gates.every(({ name }) => unaffected.some((one) => one.has(name)));
}

function asChange({ base, tip }: Comparison): { base: Oid; commit: Oid } {
  return { base, commit: tip };
}

function patterns(paths: readonly string[]): string {
  const [first = '', second] = paths;
  if (second === undefined) return visible(first);
  return paths.length === 2 ? `${visible(first)} or ${visible(second)}` : `${visible(first)} or ${count(paths.length - 1, 'other pattern')}`; // prettier-ignore
}
