import { messageOf } from '../../base/messageOf';
import { gateHealth } from '../../core/gates/gateHealth';
import { asideOf } from '../../core/gates/quarantine';
import type { Candidate } from '../../core/landing/job';
import type { PredictedConflict, RedTogether as RedGate } from '../../core/landing/radar';
import { cheapestGate, type RadarGates } from '../../core/landing/semanticRadar';
import { isSamePair, type PairAhead } from '../../core/pipeline/runAhead';
import { togetherOutputId } from '../../core/story/contentIds';
import type { StoryRecord } from '../../core/story/story';
import type { Oid } from '../../core/story/stage';
import { unaffectedGates } from '../../gates/affected';
import type { Commands } from '../../gates/readCommands';
import type { AheadProof, AheadProofPorts, AheadSaid } from './aheadProof';

/** Which gates look for what is red together. */
type Which = Exclude<RadarGates, 'off'>;

interface Known {
  readonly pair: PairAhead;
  readonly which: Which;
  /** The gate that is red on both, and which story has what it printed; null where none is, or none could tell. */
  readonly gate: RedGate | null;
}

/** So many runs tell how long gates take. */
const HISTORY = 500;

/**
 * The semantic radar: git can merge two stories, and what comes of it is red though each is green by itself. Found before either
 * lands, by gates that run on both together. Verdicts are of trees and stand in the ledger; what is found decides nothing.
 */
export class RedTogether {
  readonly #known = new Map<string, Known>();

  constructor(
    private readonly ports: AheadProofPorts,
    private readonly proof: AheadProof,
  ) {}

  conflicts(): readonly PredictedConflict[] {
    return [...this.#known.values()].flatMap(({ pair: { one, other }, gate }) =>
      gate === null ? [] : [{ one: one.key, other: other.key, files: [], gate }],
    );
  }

  /** The first pair that nothing is known of; what is known of pairs that are none any more is forgotten. */
  next(pairs: readonly PairAhead[], which: RadarGates): PairAhead | undefined {
    const open = new Map(pairs.map((pair) => [nameOf(pair), pair]));
    let told = false;
    for (const [name, known] of this.#known) {
      const now = open.get(name);
      if (now !== undefined && known.which === which && isSamePair(now, known.pair)) continue;
      this.#known.delete(name);
      told ||= known.gate !== null;
    }
    if (told) this.ports.onChange();
    return pairs.find((pair) => !this.#known.has(nameOf(pair)));
  }

  /** Nothing is known of it where it was ended. */
  async prove(pair: PairAhead, commands: Commands, which: Which, signal: AbortSignal): Promise<void> {
    // Where it breaks, nothing is said of this pair, and it is not tried again.
    const said = await this.#together(pair, { commands, which, signal }).catch((error: unknown): AheadSaid => {
      this.ports.log.warn(`[radar] ${messageOf(error)}`);
      return UNKNOWN;
    });
    if (signal.aborted || said.kind === 'notNow') return;
    const gate = said.kind === 'red' ? { name: said.gate, output: this.#younger(pair)?.key ?? '' } : null;
    this.#known.set(nameOf(pair), { pair, which, gate });
  }

  /** The two apart come first: most of them are known already, and what is red on one of them says nothing of both. */
  async #together(
    { one, other }: PairAhead,
    { commands, which, signal }: { readonly commands: Commands; readonly which: Which; readonly signal: AbortSignal },
  ): Promise<AheadSaid> {
    const { store, log } = this.ports;
    const [first, second] = [store.get(one.key), store.get(other.key)];
    if (first === undefined || second === undefined) return UNKNOWN;
    const { target } = one;
    const alone = await this.proof.build(first, one.tip, target);
    const otherAlone = await this.proof.build(second, other.tip, target);
    const both = alone === null ? null : await this.proof.build(second, other.tip, alone.commit);
    if (alone === null || otherAlone === null || both === null) return UNKNOWN;
    const only = which === 'all' ? undefined : await this.#cheapest(commands, both, target);
    if (only === null) return GREEN;
    const how = { commands, only, signal, output: { id: null } };
    for (const [story, candidate] of [[first, alone] as const, [second, otherAlone] as const]) {
      const said = await this.proof.gatesSay(story, candidate, target, how);
      if (said.kind !== 'green') return said.kind === 'notNow' ? said : UNKNOWN;
    }
    const onRun = (): void => log.info(`[radar] gates run on #${first.number} and #${second.number} together`);
    const ifRed = `That was #${second.number} together with #${first.number}: each of them is green alone.`;
    const [younger, older] = first.number < second.number ? [second, first] : [first, second];
    const output = { id: togetherOutputId(younger.key, older.number) };
    return this.proof.gatesSay(second, both, target, { ...how, output, ifRed, onRun });
  }

  /** The story that has what gates print of both: the same whichever would land first. */
  #younger({ one, other }: PairAhead): StoryRecord | undefined {
    const stories = [one.key, other.key].flatMap((key) => this.ports.store.get(key) ?? []);
    return stories.sort((a, b) => b.number - a.number)[0];
  }

  /** Of the gates that look at what the two change, but for those whose red stops nothing; null where there is none. */
  async #cheapest({ gates }: Commands, both: Candidate, target: Oid): Promise<string | null> {
    if (gates.kind !== 'gates') return null;
    const { git, verdicts, quarantines } = this.ports;
    const unaffected = await unaffectedGates(git, gates.gates, { base: target, tip: both.commit });
    const aside = asideOf(quarantines.list()).gates;
    const asked = gates.gates.filter(({ name }) => !unaffected.has(name) && !aside.has(name));
    return cheapestGate(gateHealth(asked, verdicts.recent(HISTORY), [])) ?? null;
  }
}

const UNKNOWN: AheadSaid = { kind: 'unknown' };
const GREEN: AheadSaid = { kind: 'green' };

/** Whichever of the two would land first. */
function nameOf({ one, other }: PairAhead): string {
  return [one.key, other.key].sort().join(' ');
}
