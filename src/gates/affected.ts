import { count } from '../core/words/durations';
import { withNeeds } from '../core/gates/gateOrder';
import { visible } from '../core/words/visible';
import type { Oid } from '../core/story/stage';
import type { Candidates } from '../ports/candidates';
import type { Gate } from './chooseGates';

/** What is compared: `base` is on the target or proven, and gates looked at it already. */
export interface Comparison {
  readonly base: Oid;
  readonly tip: Oid;
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
    if (trees.size > 0 && !(await isAsOnOneOf(git, trees, tip, paths))) found.set(name, `Gate ${name} runs because it has not passed with what is in ${patterns(paths)}, which others changed.`); // prettier-ignore
  }
  return found;
}

async function isAsOnOneOf(
  git: Pick<Candidates, 'changedIn'>,
  trees: Iterable<Oid>,
  tip: Oid,
  paths: readonly string[],
): Promise<boolean> {
  for (const base of trees) {
    const [changed] = await git.changedIn({ base, isTree: true, tip, lists: [paths] });
    if (changed === false) return true;
  }
  return false;
}

function patterns(paths: readonly string[]): string {
  const [first = '', second] = paths;
  if (second === undefined) return visible(first);
  return paths.length === 2 ? `${visible(first)} or ${visible(second)}` : `${visible(first)} or ${count(paths.length - 1, 'other pattern')}`; // prettier-ignore
}
