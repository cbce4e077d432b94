import { messageOf } from '../base/messageOf';
import { gateHealth } from '../core/gates/gateHealth';
import type { PredictedConflict } from '../core/landing/radar';
import { cheapestGate, type RadarGates } from '../core/landing/semanticRadar';
import { isSamePair, type PairAhead } from '../core/pipeline/runAhead';
import type { Commands } from '../gates/readCommands';
import type { AheadProof, AheadProofPorts, AheadSaid } from './aheadProof';

/** So many runs tell how long gates take. */
const HISTORY = 500;

/**
 * The semantic radar: git can merge two stories, and what comes of it is red though each is green by itself. Found before either
 * lands, by gates that run on both together. Verdicts are of trees and stand in the ledger; what is found decides nothing.
 */
export class RedTogether {
  readonly #known = new Map<string, { readonly pair: PairAhead; readonly gate: string | null }>();

  constructor(
    private readonly ports: AheadProofPorts,
    private readonly proof: AheadProof,
  ) {}

  conflicts(): readonly PredictedConflict[] {
    return [...this.#known.values()].flatMap(({ pair: { one, other }, gate }) =>
      gate === null ? [] : [{ one: one.key, other: other.key, files: [], gate: { name: gate, output: other.key } }],
    );
  }

  /** The first pair that nothing is known of; what is known of pairs that are none any more is forgotten. */
  next(pairs: readonly PairAhead[]): PairAhead | undefined {
    const open = new Map(pairs.map((pair) => [nameOf(pair), pair]));
    for (const [name, { pair }] of this.#known) {
      const now = open.get(name);
      if (now === undefined || !isSamePair(now, pair)) this.#known.delete(name);
    }
    return pairs.find((pair) => !this.#known.has(nameOf(pair)));
  }

  /** Nothing is known of it where it was ended. */
  async prove(
    pair: PairAhead,
    commands: Commands,
    which: Exclude<RadarGates, 'off'>,
    signal: AbortSignal,
  ): Promise<void> {
    const only = which === 'all' ? undefined : this.#cheapest(commands);
    // Where it breaks, nothing is said of this pair, and it is not tried again.
    const said = await this.#together(pair, { commands, only, signal }).catch((error: unknown): AheadSaid => {
      this.ports.log.warn(`[radar] ${messageOf(error)}`);
      return UNKNOWN;
    });
    if (!signal.aborted) this.#known.set(nameOf(pair), { pair, gate: said.kind === 'red' ? said.gate : null });
  }

  #cheapest({ gates }: Commands): string | undefined {
    const named = gates.kind === 'gates' ? gates.gates.map(({ name }) => ({ name, command: '' })) : [];
    return cheapestGate(gateHealth(named, this.ports.verdicts.recent(HISTORY), []));
  }

  /** The two apart come first: most of them are known, and the last output is that of both. */
  async #together(
    { one, other }: PairAhead,
    how: { readonly commands: Commands; readonly only: string | undefined; readonly signal: AbortSignal },
  ): Promise<AheadSaid> {
    const { store, log } = this.ports;
    const [first, second] = [store.get(one.key), store.get(other.key)];
    if (first === undefined || second === undefined) return UNKNOWN;
    const { target } = one;
    const alone = await this.proof.build(first, one.tip, target);
    const otherAlone = await this.proof.build(second, other.tip, target);
    const both = alone === null ? null : await this.proof.build(second, other.tip, alone.commit);
    if (alone === null || otherAlone === null || both === null) return UNKNOWN;
    const isGreen = (said: AheadSaid): boolean => said.kind === 'green';
    if (!isGreen(await this.proof.gatesSay(first, alone, target, how))) return UNKNOWN;
    if (!isGreen(await this.proof.gatesSay(second, otherAlone, target, how))) return UNKNOWN;
    const onRun = (): void => log.info(`[radar] gates run on #${first.number} and #${second.number} together`);
    return this.proof.gatesSay(second, both, target, { ...how, onRun });
  }
}

const UNKNOWN: AheadSaid = { kind: 'unknown' };

function nameOf({ one, other }: PairAhead): string {
  return `${one.key} ${other.key}`;
}
