import { asError } from '../base/messageOf';
import { linesOf } from '../core/gates/gateOrder';
import { NOTHING_ASIDE, setAside } from '../core/gates/quarantine';
import type { GateResult } from '../core/landing/job';
import type { Gate } from './chooseGates';
import { GateLane } from './gateLane';
import type { GatesRequest, GateTree } from './gatesRequest';
import { OutputsInTurn } from './outputsInTurn';

/** `results` holds every gate that ran or was skipped, in order; `result` is the one that decided. */
export type GatesOutcome =
  | { kind: 'passed'; results: readonly GateResult[] }
  | { kind: 'red'; result: GateResult; results: readonly GateResult[] }
  /** The gate said nothing about the story: it was not there, ran too long, ran no test, or found its address in use. */
  | { kind: 'environment'; result: GateResult; results: readonly GateResult[] }
  | { kind: 'stopped'; results: readonly GateResult[] };

/** A gate that need not run; `why` is the rest of a sentence. */
export function skippedResult({ name, command }: Gate, why: string): GateResult {
  return { gate: name, command, verdict: 'skipped', detail: `Gate ${name} was skipped: ${why}`, ms: 0 };
}

/** Runs gates on one commit, and stops at the first that does not pass. */
export async function runGates(request: GatesRequest): Promise<GatesOutcome> {
  return new GatesRun(request).perform();
}

class GatesRun {
  readonly #results = new Map<Gate, GateResult>();
  readonly #outputs: OutputsInTurn;
  readonly #takenOut = new Set<string>();
  /** What no tree has taken yet. */
  readonly #lines: Gate[][];
  /** Ends the gates that run beside one that decided. */
  readonly #decided = new AbortController();
  readonly #signal: AbortSignal;
  /** What decided before all had passed; null in it: it was stopped. */
  #end: { readonly result: GateResult | null } | null = null;

  constructor(private readonly request: GatesRequest) {
    const { gates, skipped, reused, parallel = 1, output, signal } = request;
    const running = gates.filter(({ name }) => skipped?.has(name) !== true && reused?.has(name) !== true);
    this.#lines = parallel > 1 ? linesOf(running) : [running];
    this.#outputs = new OutputsInTurn(output);
    this.#signal = AbortSignal.any([signal, this.#decided.signal]);
  }

  async perform(): Promise<GatesOutcome> {
    this.#tellWhatNeedNotRun();
    const { tree, parallel = 1, anotherTree = () => Promise.resolve(null) } = this.request;
    const beside = Math.min(parallel, this.#lines.length) - 1;
    const trees = [() => Promise.resolve(tree), ...Array.from({ length: Math.max(0, beside) }, () => anotherTree)];
    const works = trees.map((take) => this.#work(take).catch((error: unknown) => this.#fail(error)));
    // No gate goes on where nobody looks: all have ended before an error is told.
    for (const work of await Promise.allSettled(works)) if (work.status === 'rejected') throw asError(work.reason);
    return this.#outcome();
  }

  #tellWhatNeedNotRun(): void {
    const { gates, skipped, reused, output } = this.request;
    for (const gate of gates) {
      const why = skipped?.get(gate.name);
      const result = why === undefined ? reused?.get(gate.name) : skippedResult(gate, why);
      if (result === undefined) continue;
      output.write(`${result.detail}\n\n`);
      this.#results.set(gate, result);
    }
  }

  /** Runs line after line in one tree. Where there is no tree for it, the others do it all. */
  async #work(take: () => Promise<GateTree | null>): Promise<void> {
    const tree = this.#lines.length === 0 ? null : await take();
    if (tree === null) return;
    const { gates } = this.request;
    let line: Gate[] | undefined = [];
    const isLast = (gate: Gate): boolean => gate === line?.at(-1) && this.#lines.length === 0;
    const more = { signal: this.#signal, takenOut: this.#takenOut, total: gates.length, isLast };
    const lane = new GateLane({ ...this.request, tree, ...more });
    while (!this.#isOver() && (line = this.#lines.shift()) !== undefined) {
      for (const gate of line) if (!this.#isOver()) await this.#runIn(lane, gate);
    }
  }

  async #runIn(lane: GateLane, gate: Gate): Promise<void> {
    const output = this.#outputs.open(gate.name);
    const result = await lane
      .run(gate, this.request.gates.indexOf(gate), (text) => output.write(text))
      .finally(() => output.close());
    // Ended because another gate has decided: that says nothing of this one.
    if (this.#isOver() && (result === null || result.verdict === 'stopped')) return;
    const counted = result === null ? null : setAside(result, this.request.aside ?? NOTHING_ASIDE, lane.testsOf(gate));
    if (counted !== null) this.#results.set(gate, counted);
    if (counted?.quarantined === true || counted?.asideTests !== undefined)
      this.request.output.write(`${counted.detail}\n\n`);
    if (counted?.quarantined !== true && counted?.verdict !== 'passed' && this.#endsAt(counted)) this.#decide(counted);
  }

  /** What was stopped ends all; what did not pass, unless those behind it are to run all the same. */
  #endsAt(result: GateResult | null): boolean {
    return this.request.afterRed !== 'goOn' || result === null || result.verdict === 'stopped';
  }

  #isOver(): boolean {
    return this.#end !== null;
  }

  #decide(result: GateResult | null): void {
    this.#end ??= { result };
    this.#decided.abort();
  }

  #fail(error: unknown): never {
    this.#decide(null);
    throw asError(error);
  }

  #outcome(): GatesOutcome {
    const results = this.request.gates.flatMap((gate) => this.#results.get(gate) ?? []);
    // Where the others ran all the same, the first that did not pass decides.
    const first = results.find((one) => one.verdict !== 'passed' && one.verdict !== 'skipped' && !one.quarantined);
    const end = this.#end ?? (first === undefined ? null : { result: first });
    if (end === null) return { kind: 'passed', results };
    const { result } = end;
    if (result === null || result.verdict === 'stopped') return { kind: 'stopped', results };
    return { kind: result.verdict === 'failed' ? 'red' : 'environment', result, results };
  }
}
