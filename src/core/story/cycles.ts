/** A story as far as cycles go. */
interface Node {
  readonly key: string;
  readonly number: number;
  readonly dependsOn: readonly string[];
}

/** A longer cycle is told alike on all its stories, from where it was found. */
const TOLD_FROM_EACH = 20;

/**
 * The cycle of each story that is part of one, by key: numbers from the story back to itself (`12, 14, 12`). Takes time in
 * proportion to stories and dependencies, however they hang together. What `nodes` does not hold ends a path.
 */
export function cyclesAmong(nodes: readonly Node[]): ReadonlyMap<string, readonly number[]> {
  const byKey = new Map(nodes.map((node) => [node.key, node]));
  const cycles = new Map<string, readonly number[]>();
  for (const knot of knots(byKey)) {
    const within = new Set(knot.map(({ key }) => key));
    for (const node of knot) {
      if (cycles.has(node.key)) continue;
      const around = wayBack(node, (key) => (within.has(key) ? byKey.get(key) : undefined)) ?? [];
      // All on it know it from here: a circle of ten thousand is walked, and told, once.
      const shared = around.length > TOLD_FROM_EACH ? closed(around) : null;
      around.forEach(({ key }, place) => {
        if (cycles.has(key)) return;
        cycles.set(key, shared ?? closed([...around.slice(place), ...around.slice(0, place)]));
      });
    }
  }
  return cycles;
}

/**
 * The cycle that a story is part of, or would be if it depended on what `node` says; null where there is none. `get` gives
 * what is known of a story that something depends on.
 */
export function cycleThrough(node: Node, get: (key: string) => Node | undefined): readonly number[] | null {
  const around = wayBack(node, get);
  return around === null ? null : closed(around);
}

function closed(around: readonly Node[]): number[] {
  return [...around, ...around.slice(0, 1)].map(({ number }) => number);
}

/** The shortest way along dependencies from a story to one that depends on it, both ends included. */
function wayBack(start: Node, get: (key: string) => Node | undefined): Node[] | null {
  const cameFrom = new Map<string, Node>();
  const queue: Node[] = [start];
  for (const node of queue) {
    for (const key of node.dependsOn) {
      if (key === start.key) return pathTo(node, start, cameFrom);
      const next = cameFrom.has(key) ? undefined : get(key);
      if (next === undefined) continue;
      cameFrom.set(key, node);
      queue.push(next);
    }
  }
  return null;
}

function pathTo(end: Node, start: Node, cameFrom: ReadonlyMap<string, Node>): Node[] {
  const path: Node[] = [];
  for (let node: Node | undefined = end; node !== undefined && node !== start; node = cameFrom.get(node.key)) {
    path.push(node);
  }
  return [...path, start].reverse();
}

interface Visit {
  readonly node: Node;
  /** How many of its dependencies have been followed. */
  followed: number;
  readonly order: number;
  low: number;
}

/** Tarjan's strongly connected components, without recursion: a chain of ten thousand stories is as deep as it is long. */
function knots(byKey: ReadonlyMap<string, Node>): Node[][] {
  const visits = new Map<string, Visit>();
  const open: Visit[] = [];
  const isOpen = new Set<string>();
  const found: Node[][] = [];
  const enter = (node: Node, path: Visit[]): void => {
    const visit = { node, followed: 0, order: visits.size, low: visits.size };
    visits.set(node.key, visit);
    open.push(visit);
    isOpen.add(node.key);
    path.push(visit);
  };
  for (const root of byKey.values()) {
    const path: Visit[] = [];
    if (!visits.has(root.key)) enter(root, path);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const next = top.node.dependsOn[top.followed];
      top.followed += 1;
      if (next !== undefined) {
        const node = byKey.get(next);
        const seen = visits.get(next);
        if (node === undefined) continue;
        if (seen === undefined) enter(node, path);
        else if (isOpen.has(next)) top.low = Math.min(top.low, seen.order);
        continue;
      }
      path.pop();
      const above = path.at(-1);
      if (above !== undefined) above.low = Math.min(above.low, top.low);
      if (top.low !== top.order) continue;
      const knot = open.splice(open.lastIndexOf(top));
      for (const { node } of knot) isOpen.delete(node.key);
      found.push(knot.map(({ node }) => node));
    }
  }
  return found;
}
