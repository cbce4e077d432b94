/** What decides the order of gates. */
export interface OrderedGate {
  readonly name: string;
  readonly needs?: readonly string[] | undefined;
  readonly after?: 'landing' | undefined;
}

/** What is wrong with the gate at `index`. */
export interface OrderProblem {
  readonly index: number;
  readonly key: 'needs';
  readonly message: string;
}

/** Needs that name nothing, that lead back to the gate itself, or that come later than it. */
export function orderProblems(gates: readonly OrderedGate[]): OrderProblem[] {
  const byName = new Map(gates.map((gate) => [gate.name, gate]));
  const inCircles = new Set<string>();
  return gates.flatMap((gate, index): OrderProblem[] => {
    const problem = (message: string): OrderProblem => ({ index, key: 'needs', message });
    const wrong = (gate.needs ?? []).flatMap((need) => {
      const needed = byName.get(need);
      if (needed === undefined) return [problem(`Gate ${gate.name} needs ${need}, and no gate has that name.`)];
      if (needed.after === 'landing' && gate.after === undefined)
        return [problem(`Gate ${gate.name} needs ${need}, which runs only after the landing.`)];
      return [];
    });
    const circle = inCircles.has(gate.name) ? null : circleFrom(gate, byName);
    for (const name of circle ?? []) inCircles.add(name);
    if (circle === null) return wrong;
    return [...wrong, problem(`Gates need each other in a circle: ${[...circle, gate.name].join(' needs ')}.`)];
  });
}

/** Names from a gate along what it needs back to itself, without the last; null where nothing leads back. */
function circleFrom(gate: OrderedGate, byName: ReadonlyMap<string, OrderedGate>): string[] | null {
  const seen = new Set<string>();
  const search = (name: string, way: readonly string[]): string[] | null => {
    for (const need of byName.get(name)?.needs ?? []) {
      if (need === gate.name) return [...way, name];
      if (seen.has(need)) continue;
      seen.add(need);
      const found = search(need, [...way, name]);
      if (found !== null) return found;
    }
    return null;
  };
  return search(gate.name, []);
}

/** As configured, but what a gate needs comes before it. What is wrong with the order was refused before. */
export function inOrder<G extends OrderedGate>(gates: readonly G[]): G[] {
  const byName = new Map(gates.map((gate) => [gate.name, gate]));
  const ordered = new Set<G>();
  const begun = new Set<string>();
  const add = (gate: G): void => {
    if (begun.has(gate.name)) return;
    begun.add(gate.name);
    for (const need of gate.needs ?? []) {
      const needed = byName.get(need);
      if (needed !== undefined) add(needed);
    }
    ordered.add(gate);
  };
  gates.forEach(add);
  return [...ordered];
}

/**
 * Which gates can run side by side: those that need each other, directly or not, are one line, whose gates run one after
 * another in one tree; lines have nothing to do with each other. Each line is in order.
 */
export function linesOf<G extends OrderedGate>(gates: readonly G[]): G[][] {
  const ordered = inOrder(gates);
  const lineOf = new Map<string, Set<string>>(ordered.map(({ name }) => [name, new Set([name])]));
  for (const { name, needs = [] } of ordered) {
    for (const need of needs) {
      const [mine, theirs] = [lineOf.get(name), lineOf.get(need)];
      if (mine === undefined || theirs === undefined || mine === theirs) continue;
      for (const one of theirs) lineOf.set(one, mine.add(one));
    }
  }
  return [...new Set(lineOf.values())].map((line) => ordered.filter(({ name }) => line.has(name)));
}

/** Gates that need something of what runs: `gates` and all that they need, however far, from among `all`. */
export function withNeeds<G extends OrderedGate>(gates: readonly G[], all: readonly G[]): Set<G> {
  const byName = new Map(all.map((gate) => [gate.name, gate]));
  const found = new Set(gates);
  for (const { needs = [] } of found) {
    for (const need of needs) {
      const needed = byName.get(need);
      if (needed !== undefined) found.add(needed);
    }
  }
  return found;
}
