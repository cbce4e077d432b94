/** A story that waits to land, or will. `rank`: a lower one lands first, whatever it conflicts with. */
export interface OrderedStory {
  readonly key: string;
  readonly rank: number;
  /** Keys of the stories that have to land before it; of those that are not asked about nothing is known. */
  readonly dependsOn: readonly string[];
}

export interface LandingOrder {
  /** All stories, in the order in which they should be tried. */
  readonly order: readonly string[];
  /** Those that land in this order without a conflict. */
  readonly lands: readonly string[];
  /** Those that land in the order in which they were given. */
  readonly landsAsGiven: readonly string[];
  /** `best`: no order lets more land. `good`: there were too many to be certain. */
  readonly proof: 'best' | 'good';
}

/** Stories looked at in the search for one group that conflicts, each time anew; past these the best so far is taken. */
const MOST_LOOKS = 100_000;

/**
 * The order in which the fewest stories fail: one fails that conflicts with what landed before it, or depends on one that
 * failed. Stories are given in the order in which they would land anyway, and what makes no difference stays in it. Ranks
 * are kept: more landings of a higher rank are never given up for those of a lower one.
 */
export function fewestConflicts(
  stories: readonly OrderedStory[],
  conflicts: readonly (readonly [string, string])[],
  /** Keys of those that cannot land at all as they are. */
  stuck: ReadonlySet<string> = new Set(),
): LandingOrder {
  const graph = graphOf(stories, conflicts, stuck);
  let proof: LandingOrder['proof'] = 'best';
  const chosen = new Set<number>();
  for (const group of groupsOf(graph)) {
    const found = bestOf(graph, group);
    if (found.proof === 'good') proof = 'good';
    for (const at of found.chosen) chosen.add(at);
  }
  const places = inTurn(graph, chosen);
  const keyOf = (at: number): string[] => stories.slice(at, at + 1).map(({ key }) => key);
  return {
    order: places.flatMap(keyOf),
    lands: landing(graph, places).flatMap(keyOf),
    landsAsGiven: landing(graph, inTurn(graph, new Set())).flatMap(keyOf),
    proof,
  };
}

/** Stories by their places. `ranks` count from 0 and are at least those of what a story depends on. */
interface Graph {
  readonly size: number;
  readonly ranks: readonly number[];
  readonly conflicts: readonly ReadonlySet<number>[];
  readonly needs: readonly ReadonlySet<number>[];
  readonly neededBy: readonly ReadonlySet<number>[];
  readonly stuck: ReadonlySet<number>;
}

function graphOf(
  stories: readonly OrderedStory[],
  pairs: readonly (readonly [string, string])[],
  stuckKeys: ReadonlySet<string>,
): Graph {
  const places = new Map(stories.map(({ key }, at) => [key, at]));
  const sets = (): Set<number>[] => stories.map(() => new Set<number>());
  const [conflicts, needs, neededBy] = [sets(), sets(), sets()];
  for (const [one, other] of pairs) {
    const [a, b] = [places.get(one), places.get(other)];
    if (a === undefined || b === undefined || a === b) continue;
    conflicts[a]?.add(b);
    conflicts[b]?.add(a);
  }
  for (const [at, { dependsOn }] of stories.entries()) {
    for (const key of dependsOn) {
      const before = places.get(key);
      if (before === undefined) continue;
      needs[at]?.add(before);
      neededBy[before]?.add(at);
    }
  }
  const stuck = new Set(stories.flatMap(({ key }, at) => (stuckKeys.has(key) ? [at] : [])));
  return { size: stories.length, ranks: ranksOf(stories, needs), conflicts, needs, neededBy, stuck };
}

function ranksOf(stories: readonly OrderedStory[], needs: readonly ReadonlySet<number>[]): number[] {
  const known = [...new Set(stories.map(({ rank }) => rank))].sort((a, b) => a - b);
  const ranks = stories.map(({ rank }) => known.indexOf(rank));
  // As often as a chain of dependencies can be long; in a circle nothing lands, and it ends all the same.
  for (let turn = 0; turn < stories.length; turn += 1) {
    let changed = false;
    for (const [at, before] of needs.entries()) {
      const least = Math.max(ranks[at] ?? 0, ...[...before].map((one) => ranks[one] ?? 0));
      if (least !== ranks[at]) changed = true;
      ranks[at] = least;
    }
    if (!changed) break;
  }
  return ranks;
}

/** Stories that have to do with each other, directly or through others. */
function groupsOf({ size, conflicts, needs, neededBy }: Graph): number[][] {
  const seen = new Set<number>();
  const groups: number[][] = [];
  for (let first = 0; first < size; first += 1) {
    if (seen.has(first)) continue;
    const group = [first];
    seen.add(first);
    for (const at of group) {
      for (const next of [...(conflicts[at] ?? []), ...(needs[at] ?? []), ...(neededBy[at] ?? [])]) {
        if (seen.has(next)) continue;
        seen.add(next);
        group.push(next);
      }
    }
    groups.push(group.sort((a, b) => a - b));
  }
  return groups;
}

interface Found {
  readonly chosen: readonly number[];
  readonly proof: LandingOrder['proof'];
}

/** The most stories of a group that can land together, by rank, and what they need among them. */
function bestOf(graph: Graph, group: readonly number[]): Found {
  const asGiven = new Set(landing(graph, inTurn(graph, new Set())));
  const search = new Search(graph);
  search.offer(group.filter((at) => asGiven.has(at)));
  search.begin(group);
  return { chosen: search.best, proof: search.isOver ? 'good' : 'best' };
}

/** Takes in or leaves out one story after the other, and gives up where the best so far cannot be beaten. */
class Search {
  #looks = 0;
  best: readonly number[] = [];
  #counts: readonly number[] = [];

  constructor(private readonly graph: Graph) {}

  get isOver(): boolean {
    return this.#looks > MOST_LOOKS;
  }

  offer(chosen: readonly number[]): void {
    const counts = this.#count(chosen);
    if (!isMore(counts, this.#counts)) return;
    this.best = chosen;
    this.#counts = counts;
  }

  /** What cannot land takes no other's place, nor does what needs it. */
  begin(group: readonly number[]): void {
    const stuck = group.filter((at) => this.graph.stuck.has(at));
    this.go(this.#without(new Set(group), stuck), []);
  }

  go(open: ReadonlySet<number>, chosen: readonly number[]): void {
    this.#looks += open.size;
    this.offer(chosen);
    if (this.isOver || !isMore(this.#count([...chosen, ...open]), this.#counts)) return;
    const next = this.#next(open);
    if (next === null) return;
    const others = [...(this.graph.conflicts[next] ?? [])].filter((one) => open.has(one));
    const without = (gone: readonly number[]): Set<number> => this.#without(open, gone);
    const rest = without(others);
    rest.delete(next);
    this.go(rest, [...chosen, next]);
    // One that stands in nobody's way is never left out.
    if (others.length > 0) this.go(without([next]), chosen);
  }

  /** One of which all that it needs is decided: of the first rank, and of those the one in the fewest others' way. */
  #next(open: ReadonlySet<number>): number | null {
    let found: { at: number; rank: number; inTheWay: number } | null = null;
    for (const at of open) {
      if ([...(this.graph.needs[at] ?? [])].some((before) => open.has(before))) continue;
      const rank = this.graph.ranks[at] ?? 0;
      const inTheWay = [...(this.graph.conflicts[at] ?? [])].filter((one) => open.has(one)).length;
      const isBefore = found === null || rank < found.rank || (rank === found.rank && inTheWay < found.inTheWay);
      if (isBefore) found = { at, rank, inTheWay };
    }
    return found?.at ?? null;
  }

  /** What is left out takes with it all that needs it. */
  #without(open: ReadonlySet<number>, gone: readonly number[]): Set<number> {
    const left = new Set(open);
    const queue = [...gone];
    for (const at of queue) {
      if (!left.delete(at)) continue;
      queue.push(...(this.graph.neededBy[at] ?? []));
    }
    return left;
  }

  #count(places: readonly number[]): number[] {
    const counts = new Array<number>(Math.max(0, ...this.graph.ranks) + 1).fill(0);
    for (const at of places) counts[this.graph.ranks[at] ?? 0] = (counts[this.graph.ranks[at] ?? 0] ?? 0) + 1;
    return counts;
  }
}

/** Whether there are more of the first rank in which the two differ. */
function isMore(counts: readonly number[], others: readonly number[]): boolean {
  for (const [rank, one] of counts.entries()) {
    const other = others[rank] ?? 0;
    if (one !== other) return one > other;
  }
  return false;
}

/** By rank; within one those that were chosen first; else as given, and each behind what it needs. */
function inTurn({ size, ranks, needs }: Graph, chosen: ReadonlySet<number>): number[] {
  const turn = (at: number): number => (ranks[at] ?? 0) * 2 + (chosen.has(at) ? 0 : 1);
  const waiting = Array.from({ length: size }, (_, at) => at).sort((a, b) => turn(a) - turn(b) || a - b);
  const left = new Set(waiting);
  const order: number[] = [];
  while (left.size > 0) {
    const isFree = (at: number): boolean => left.has(at) && ![...(needs[at] ?? [])].some((one) => left.has(one));
    // Those left go in a circle: their order says nothing.
    const next = waiting.find(isFree) ?? waiting.find((at) => left.has(at));
    if (next === undefined) break;
    left.delete(next);
    order.push(next);
  }
  return order;
}

/** Those that land when they are tried in this order, each once. */
function landing({ conflicts, needs, stuck }: Graph, order: readonly number[]): number[] {
  const landed = new Set<number>();
  for (const at of order) {
    const isReady = [...(needs[at] ?? [])].every((one) => landed.has(one));
    const isFree = ![...(conflicts[at] ?? [])].some((one) => landed.has(one));
    if (isReady && isFree && !stuck.has(at)) landed.add(at);
  }
  return order.filter((at) => landed.has(at));
}
