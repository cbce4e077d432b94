import { onlyAsideFailed, type Aside } from '../core/gates/quarantine';
import type { VerdictKey, VerdictRecord } from '../core/gates/verdictRecord';
import type { LineVerdict } from '../core/landing/targetLine';
import type { Oid } from '../core/story/stage';
import type { Verdicts } from '../ports/verdicts';
import type { Gate } from './chooseGates';
import { definitionsOf, platformOf } from './gateKeys';
import type { PlanPorts } from './proofPlan';

/** As many runs as a ledger may hold. */
const EVERY = Number.MAX_SAFE_INTEGER;

/** What the ledger says of trees by one reading of the gates, on this machine. */
export class TreeVerdicts {
  private constructor(
    private readonly keys: readonly Omit<VerdictKey, 'tree'>[],
    private readonly verdicts: Pick<Verdicts, 'known' | 'recent'>,
    private readonly aside: Aside,
  ) {}

  static async of(
    gates: readonly Gate[],
    verdicts: Pick<Verdicts, 'known' | 'recent'>,
    { ground, buildsOn, aside }: Pick<PlanPorts, 'ground' | 'buildsOn'> & { aside: Aside },
  ): Promise<TreeVerdicts> {
    const definitions = definitionsOf(gates, buildsOn);
    const keys = await Promise.all(
      gates.map(async (gate) => ({
        gate: gate.name,
        definition: definitions.get(gate.name) ?? '',
        platform: await platformOf(gate, ground),
      })),
    );
    return new TreeVerdicts(keys, verdicts, aside);
  }

  /** The first gate that is red on a tree; null where none is known to be. */
  redGate(tree: Oid): string | null {
    return this.keys.find((key) => this.#last({ ...key, tree }) === 'red')?.gate ?? null;
  }

  /** What one gate said of a tree last. Where it did not run because one before it was red, the tree is red as well. */
  of(tree: Oid, gate: string): LineVerdict {
    const at = this.keys.findIndex((key) => key.gate === gate);
    const own = this.keys[at];
    const said = own === undefined ? 'unknown' : this.#last({ ...own, tree });
    if (said !== 'unknown') return said;
    return this.keys.slice(0, at).some((key) => this.#last({ ...key, tree }) === 'red') ? 'red' : 'unknown';
  }

  /** Trees on which a gate passed and nothing was red since, the newest first, at most so many. */
  passedOn(gate: string, most: number): ReadonlySet<Oid> {
    const passed = this.#newest(gate, most, ({ verdict }, said) => verdict === 'passed' && said === 'green');
    return new Set(passed.keys());
  }

  /** Trees of which a gate said something, with what it said last; the newest first, at most so many. */
  judged(gate: string, most: number): ReadonlyMap<Oid, LineVerdict> {
    return this.#newest(gate, most, isDecisive);
  }

  #newest(
    gate: string,
    most: number,
    counts: (record: VerdictRecord, said: LineVerdict) => boolean,
  ): Map<Oid, LineVerdict> {
    const trees = new Map<Oid, LineVerdict>();
    const own = this.keys.find((key) => key.gate === gate);
    if (own === undefined) return trees;
    for (const record of this.verdicts.recent(EVERY)) {
      if (trees.size === most) break;
      const { tree, definition, platform } = record;
      if (record.gate !== gate || definition !== own.definition || platform !== own.platform) continue;
      const said = this.#last({ ...own, tree });
      if (counts(record, said)) trees.set(tree, said);
    }
    return trees;
  }

  #last(key: VerdictKey): LineVerdict {
    const decisive = this.verdicts.known(key).findLast(isDecisive);
    if (decisive === undefined) return 'unknown';
    // What is quarantined stops nothing, so it makes nothing red.
    const isAside = this.aside.gates.has(key.gate) || onlyAsideFailed(key.gate, decisive.tests, this.aside);
    return decisive.verdict === 'passed' || isAside ? 'green' : 'red';
  }
}

/**
 * It says something of the tree; what a gate did not find or had no time for says nothing. Nor does a red that a story got by
 * itself: a gate may look at its commits, and one that adds nothing has the files of the target.
 */
function isDecisive({ verdict, of }: VerdictRecord): boolean {
  return verdict === 'passed' || (verdict === 'failed' && of !== 'story' && of !== 'trial');
}
