import { messageOf } from '../base/messageOf';
import { judgeGate } from '../core/gates/gateVerdict';
import { describeSharedChange, isWorthTelling } from '../core/gates/sharedChange';
import type { GateResult } from '../core/landing/job';
import type { GateProgress } from '../core/pipeline/facts';
import type { Oid } from '../core/story/stage';
import { namesOf } from '../core/words/durations';
import type { GateTreeLook, TreeState } from '../ports/gateTrees';
import type { Log } from '../ports/log';
import type { ProcessPort } from '../ports/processes';
import type { SharedWatch } from '../ports/sharedGitDir';
import type { OutputSink } from '../ports/store';
import type { Gate } from './chooseGates';
import type { GateTurns, Turn } from './gateTurns';
import { OutputSummary } from './outputSummary';

/** The tree that gates run in; it equals the commit when it is handed over. */
export interface GateTree {
  readonly folder: string;
  readonly commit: Oid;
  /** How a gate left it, in these files. */
  readonly look: (files: GateTreeLook['files']) => Promise<TreeState>;
  /** Makes HEAD, index and files equal the commit again, and keeps what git ignores. */
  readonly restore: () => Promise<void>;
}

export interface GatesRequest {
  /** At least one: that there are none must be answered before, for it proves nothing. They run in this order. */
  readonly gates: readonly [Gate, ...Gate[]];
  readonly tree: GateTree;
  /** Watches over what all worktrees share, while a gate runs. */
  readonly watchShared: (runId: string) => Promise<SharedWatch>;
  readonly turns: GateTurns;
  readonly processes: ProcessPort;
  /** Not closed here. */
  readonly output: OutputSink;
  readonly log: Log;
  readonly onProgress: (progress: GateProgress) => void;
  /** Told of each run of a gate; `startedAt` in milliseconds since 1970. */
  readonly onResult: (result: GateResult, startedAt: number) => void;
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
  /** The gate said nothing about the story: it was not there, ran too long, ran no test, or found its address in use. */
  | { kind: 'environment'; result: GateResult; results: readonly GateResult[] }
  | { kind: 'stopped'; results: readonly GateResult[] };

/** Runs gates one after another on one commit, and stops at the first that does not pass. */
export async function runGates(request: GatesRequest): Promise<GatesOutcome> {
  return new GatesRun(request).perform();
}

class GatesRun {
  readonly #results: GateResult[] = [];
  #saidTakenOut = false;
  /** Null: a gate has run, and nobody has looked since. */
  #tree: TreeState | null = { kind: 'asCommit' };

  constructor(private readonly request: GatesRequest) {}

  async perform(): Promise<GatesOutcome> {
    for (const [index, gate] of this.request.gates.entries()) {
      const result = await this.#inTurn(gate, index);
      if (result === null) return { kind: 'stopped', results: this.#results };
      this.#results.push(result);
      const end = this.#endAt(result);
      if (end !== null) return end;
    }
    return { kind: 'passed', results: this.#results };
  }

  #endAt(result: GateResult): GatesOutcome | null {
    const results = this.#results;
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
      case 'addressInUse':
      case 'lost':
        return { kind: 'environment', result, results };
    }
  }

  /**
   * A gate that ran beside another and found its address in use says nothing yet: it runs once more when it is alone.
   * Null when it was stopped before it could begin.
   */
  async #inTurn(gate: Gate, index: number): Promise<GateResult | null> {
    const first = await this.#turn(gate, index, gate.exclusive ? 'alone' : 'beside others');
    if (first?.result.verdict !== 'addressInUse' || !first.hadCompany) return first?.result ?? null;
    this.#say(`Gate ${gate.name} ran beside another gate. It runs again when that one has ended.\n\n`);
    return (await this.#turn(gate, index, 'alone'))?.result ?? null;
  }

  async #turn(
    gate: Gate,
    index: number,
    how: 'alone' | 'beside others',
  ): Promise<{ result: GateResult; hadCompany: boolean } | null> {
    const { turns, signal, gates, onProgress, onResult, now } = this.request;
    const identity = `${gate.name}\n${gate.argv.join('\0')}`;
    const turn: Turn | null = await turns.begin({ gate: identity, exclusive: how === 'alone', signal });
    if (turn === null) return null;
    try {
      await this.#makeReady();
      const startedAt = now();
      onProgress({ gate: gate.name, index, total: gates.length, startedAt });
      const result = await this.#run(gate);
      onResult(result, startedAt);
      return { result, hadCompany: turn.hadCompany() };
    } finally {
      turn.end();
    }
  }

  /** Before each gate HEAD, index and files equal the commit; where the last look found so, nothing has to be done. */
  async #makeReady(): Promise<void> {
    if (this.#tree?.kind !== 'asCommit') await this.request.tree.restore();
    this.#tree = null;
  }

  async #run(gate: Gate): Promise<GateResult> {
    const { tree, processes, signal, label, newRunId, watchShared } = this.request;
    const summary = new OutputSummary();
    const id = newRunId();
    this.#say(`$ ${gate.command}\n`);
    const watch = await watchShared(id);
    const run = processes.run({
      id,
      command: gate.argv,
      cwd: tree.folder,
      env: { CI: 'true', SWITCHYARD_GATE: gate.name, SWITCHYARD_COMMIT: tree.commit, ...watch.env },
      timeoutMs: gate.timeoutMs,
      silenceMs: null,
      onOutput: (text) => {
        this.#say(text);
        summary.write(text);
      },
      onTakenOut: (line) => this.#sayTakenOut(line),
      signal,
      label: `gate ${gate.name}, ${label}`,
    });
    const undone = await run.then(
      () => this.#undoShared(watch),
      (error: unknown) => this.#undoShared(watch).then(() => Promise.reject(asError(error))),
    );
    const { outcome, leftBehind, durationMs } = await run;
    const judged = judgeGate({
      gate: gate.name,
      outcome,
      output: summary.text(),
      leftBehind,
      addressInUse: summary.addressInUse(),
    });
    const { verdict, detail } = judged.verdict === 'passed' ? await this.#lookAtTree(gate, judged) : judged;
    const told = [detail, ...undone].join(' ');
    this.#say(`${summary.endsLine() ? '' : '\n'}${told}\n\n`);
    return { gate: gate.name, command: gate.command, verdict, detail: told, ms: durationMs };
  }

  /** A gate that passed by changing what it was to prove has proven something else. */
  async #lookAtTree(gate: Gate, passed: Pick<GateResult, 'verdict' | 'detail'>): Promise<typeof passed> {
    // Nothing builds on what the last one leaves; whether it kept the files of the commit is what counts.
    const files = gate === this.request.gates.at(-1) ? 'tracked' : 'all';
    const left = await this.request.tree.look(files);
    if (files === 'all') this.#tree = left;
    if (left.kind === 'asCommit') return passed;
    const { tracked: changed, meddled } = left;
    const told =
      meddled.length === 0
        ? ''
        : ` It changed how git works in its worktree (${namesOf(meddled)}); that worktree is made anew.`;
    if (told !== '') this.request.log.warn(`[gates] ${this.request.label}, gate ${gate.name}:${told}`);
    if (changed.length === 0) return { ...passed, detail: `${passed.detail}${told}` };
    if (gate.writes) return { ...passed, detail: `${passed.detail} It changed ${namesOf(changed)}, as it may.${told}` };
    return {
      verdict: 'failed',
      detail:
        `Gate ${gate.name} changed ${namesOf(changed)}, so what passed is not what would land. ` +
        `Commit what it makes, or say "writes: true" for it.${told}`,
    };
  }

  /** What a gate did to what all worktrees share, put back; in sentences. */
  async #undoShared(watch: SharedWatch): Promise<string[]> {
    const { log, label } = this.request;
    const { changes, left } = await watch.endAndUndo();
    const words = (some: typeof changes): string => some.filter(isWorthTelling).map(describeSharedChange).join(', ');
    const undone = words(changes.filter((change) => !left.includes(change)));
    const stayed = words(left);
    const sentences = [
      ...(undone === '' ? [] : [`It ${undone} of your repository; that is undone.`]),
      ...(stayed === '' ? [] : [`It ${stayed} of your repository, which could not be undone. Look at it.`]),
    ];
    for (const sentence of sentences) log.warn(`[gates] ${label}: ${sentence}`);
    return sentences;
  }

  #sayTakenOut(line: string): void {
    if (!this.#saidTakenOut) this.#say(line);
    this.#saidTakenOut = true;
  }

  #say(text: string): void {
    this.request.output.write(text);
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(messageOf(error));
}
