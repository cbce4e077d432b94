import { judgeGate } from '../core/gates/gateVerdict';
import type { GateResult } from '../core/landing/job';
import { summaryLines } from '../core/gates/testSummaries';
import type { GateProgress } from '../core/pipeline/facts';
import type { ProcessPort } from '../ports/processes';
import type { OutputSink } from '../ports/store';
import type { Oid } from '../core/story/stage';
import type { Gate } from './chooseGates';

export interface GatesRequest {
  /** At least one: that there are none must be answered before, for it proves nothing. They run in this order. */
  readonly gates: readonly [Gate, ...Gate[]];
  readonly tree: { readonly folder: string; readonly commit: Oid };
  /** Makes HEAD, index and files of the folder equal the commit again. Called before each gate. */
  readonly restore: () => Promise<void>;
  readonly processes: ProcessPort;
  /** Not closed here. */
  readonly output: OutputSink;
  readonly onProgress: (progress: GateProgress) => void;
  readonly signal: AbortSignal;
  /** What a person calls it: `gates of #3`. */
  readonly label: string;
  readonly newRunId: () => string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** `results` holds every gate that ran, in order; `result` is the one that decided, and the last. */
export type GatesOutcome =
  | { kind: 'passed'; results: readonly GateResult[] }
  | { kind: 'red'; result: GateResult; results: readonly GateResult[] }
  /** The gate said nothing about the story: it was not there, ran too long, or ran no test. */
  | { kind: 'environment'; result: GateResult; results: readonly GateResult[] }
  | { kind: 'stopped'; results: readonly GateResult[] };

/** Runs gates one after another on one commit, and stops at the first that does not pass. */
export async function runGates(request: GatesRequest): Promise<GatesOutcome> {
  const results: GateResult[] = [];
  for (const [index, gate] of request.gates.entries()) {
    if (request.signal.aborted) return { kind: 'stopped', results };
    await request.restore();
    request.onProgress({ gate: gate.name, index, total: request.gates.length, startedAt: request.now() });
    const result = await runGate(gate, request);
    results.push(result);
    const end = endAt(result, results);
    if (end !== null) return end;
  }
  return { kind: 'passed', results };
}

function endAt(result: GateResult, results: readonly GateResult[]): GatesOutcome | null {
  switch (result.verdict) {
    case 'passed':
      return null;
    case 'failed':
      return { kind: 'red', result, results };
    case 'stopped':
      return { kind: 'stopped', results };
    case 'ranNoTest':
    case 'notFound':
    case 'timedOut':
    case 'lost':
      return { kind: 'environment', result, results };
  }
}

async function runGate(gate: Gate, request: GatesRequest): Promise<GateResult> {
  const { tree, output, processes, signal } = request;
  const summary = new SummaryKeeper();
  output.write(`$ ${gate.command}\n`);
  const { outcome, leftBehind, durationMs } = await processes.run({
    id: request.newRunId(),
    command: gate.argv,
    cwd: tree.folder,
    env: { CI: 'true', SWITCHYARD_GATE: gate.name, SWITCHYARD_COMMIT: tree.commit },
    timeoutMs: gate.timeoutMs,
    silenceMs: null,
    onOutput: (text) => {
      output.write(text);
      summary.write(text);
    },
    signal,
    label: `gate ${gate.name}, ${request.label}`,
  });
  const { verdict, detail } = judgeGate({ gate: gate.name, outcome, output: summary.text(), leftBehind });
  output.write(`${summary.endsLine() ? '' : '\n'}${detail}\n\n`);
  return { gate: gate.name, command: gate.command, verdict, detail, ms: durationMs };
}

/** How much (characters) of the end of the output and of one unfinished line is kept. */
const END_LIMIT = 8000;
const SUMMARY_LIMIT = 2000;

/**
 * Keeps of a gate's output what its verdict needs, however long it runs: the lines that say how many tests ran, and the end.
 */
class SummaryKeeper {
  readonly #lines = new Set<string>();
  #open = '';
  #end = '';

  write(text: string): void {
    this.#end = (this.#end + text).slice(-END_LIMIT);
    const lines = (this.#open + text).split('\n');
    this.#open = (lines.pop() ?? '').slice(-END_LIMIT);
    for (const line of summaryLines(lines.join('\n'))) {
      if (this.#lines.size < SUMMARY_LIMIT) this.#lines.add(line);
    }
  }

  /** One of each kind of line is enough: what counts is whether any of them says that a test ran. */
  text(): string {
    return [...this.#lines, this.#end].join('\n');
  }

  endsLine(): boolean {
    return this.#end === '' || this.#end.endsWith('\n');
  }
}
