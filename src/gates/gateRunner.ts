import { join } from 'node:path';
import type { Disposable } from '../base/disposable';
import { asideOf, type Aside } from '../core/gates/quarantine';
import type { VerdictRecord } from '../core/gates/verdictRecord';
import type { GateResult } from '../core/landing/job';
import type { GateProgress } from '../core/pipeline/facts';
import type { Oid } from '../core/story/stage';
import type { Clock } from '../ports/clock';
import type { GateTreeRequest, GateTrees } from '../ports/gateTrees';
import type { GitPort } from '../ports/git';
import type { Log } from '../ports/log';
import type { ProcessPort } from '../ports/processes';
import type { ContentStore, OutputSink, StoreHealth } from '../ports/store';
import type { Quarantines, Verdicts } from '../ports/verdicts';
import { runSlots } from '../processes/runSlots';
import type { Gate } from './chooseGates';
import type { GateTreePool, GateTreePurpose } from './gateTreePool';
import type { GatesRequest, GateTree } from './gatesRequest';
import { GateTurns } from './gateTurns';
import { keepOutput } from './keepOutput';
import { listeningPorts } from './listeningPorts';
import { ProofPlan, type PlanPorts } from './proofPlan';
import { runGates, skippedResult, type GatesOutcome } from './runGates';

/** What running gates needs of the world. */
export interface GateRunnerPorts {
  readonly git: Pick<GitPort, 'treeOf' | keyof GateTrees | 'watchShared'>;
  readonly processes: ProcessPort;
  readonly content: Pick<ContentStore, 'openOutput'>;
  readonly verdicts: Verdicts;
  readonly quarantines: Pick<Quarantines, 'list'>;
  readonly health: Pick<StoreHealth, 'blame'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly folders: { readonly worktrees: () => string };
  readonly newId: () => string;
  readonly onOutput: (story: { key: string; number: number }, text: string) => void;
  /** How many gates of one commit may run side by side. */
  readonly settings: () => { readonly gatesParallel?: number };
}

/** One run of gates on one commit. */
export interface RunRequest {
  readonly purpose: GateTreePurpose;
  readonly commit: Oid;
  /** Null where it is of none. */
  readonly story: { readonly key: string; readonly number: number } | null;
  /** Where its output is kept; null where it is not. */
  readonly outputId: string | null;
  /** Whether what passed before on the same files counts, or runs again. */
  readonly known: 'counts' | 'runsAgain';
  readonly of: VerdictRecord['of'];
  readonly label: string;
  readonly signal: AbortSignal;
  readonly progress: (at: GateProgress) => void;
  /** Why gates run of which that would not be expected; its output begins with it. */
  readonly because?: readonly string[];
  /** What its output says last where it is red. */
  readonly ifRed?: string | undefined;
  /** Trees whose verdicts of these gates count for it, where nothing is known of its own, by name. */
  readonly alike?: ReadonlyMap<string, Oid>;
}

/** Which gates; `skipped` says why those of these names do not run. */
interface ToRun {
  readonly gates: readonly [Gate, ...Gate[]];
  readonly skipped: ReadonlyMap<string, string>;
  readonly afterRed?: 'stop' | 'goOn';
}

/** What a tree is to equal; `signal` ends git there. */
type TreeOf = Pick<GateTreeRequest, 'commit' | 'signal'>;

type TriedRun = Pick<GatesRequest, 'gates' | 'tree' | 'label'>;

/** Runs gates on one commit at a time, in worktrees whose HEAD, index and files equal it. */
export class GateRunner {
  readonly #turns: GateTurns;

  constructor(
    private readonly ports: GateRunnerPorts,
    private readonly trees: GateTreePool,
  ) {
    const isHandedOut = (port: number): boolean => runSlots.isHandedOut(port);
    this.#turns = new GateTurns({ clock: ports.clock, listening: listeningPorts, isHandedOut });
  }

  /** Runs those that have to, on trees of its own, which it lets go of whatever happens. */
  async run(request: RunRequest, toRun: ToRun): Promise<GatesOutcome> {
    const plan = await this.#plan(request, toRun);
    if (toRun.gates.every(({ name }) => toRun.skipped.has(name) || plan.reused.has(name)))
      return this.#reuseAll(request, toRun, plan);
    const { signal, commit } = request;
    return this.#holdingTrees((take) =>
      this.#runOn(request, toRun, plan, (purpose) => take(purpose, { commit, signal })),
    ).catch((error: unknown) => {
      // Nobody wanted it any more while git was at work in a tree of it.
      if (error === signal.reason) return { kind: 'stopped', results: [] };
      throw error;
    });
  }

  /** Runs gates again and again on one tree, and keeps nothing of what they say. */
  tryOn<T>(
    of: TreeOf,
    use: (tree: GateTree, run: (more: TriedRun, signal: AbortSignal) => Promise<GatesOutcome>) => Promise<T>,
  ): Promise<T> {
    return this.#holdingTrees(async (take) =>
      use(await take('story', of), (more, signal) =>
        runGates({
          ...this.#runs(signal),
          ...more,
          output: UNKEPT,
          onProgress: () => undefined,
          onRan: () => undefined,
        }),
      ),
    );
  }

  async #runOn(
    request: RunRequest,
    { gates, skipped, afterRed = 'stop' }: ToRun,
    plan: ProofPlan,
    take: (purpose: GateTreePurpose) => Promise<GateTree>,
  ): Promise<GatesOutcome> {
    const { settings, verdicts } = this.ports;
    const tree = await take(request.purpose);
    const output = this.#open(request, plan.proven.tree);
    for (const why of request.because ?? []) output.write(`${why}\n`);
    const keep = () => keepOutput(output, { ...this.ports, signal: request.signal });
    const running = runGates({
      ...this.#runs(request.signal),
      gates,
      skipped,
      reused: plan.reused,
      likelyFlaky: plan.likelyFlaky,
      likelyFlakyTests: plan.likelyFlakyTests,
      aside: this.aside(),
      judgeTests: (gate, tests) => plan.judgeTests(gate, tests),
      tree,
      parallel: settings().gatesParallel ?? 1,
      anotherTree: () => take('other'),
      afterRed,
      output,
      onProgress: request.progress,
      onRan: (ran) => verdicts.note(plan.recordOf(ran)),
      label: request.label,
    });
    const outcome = await running.catch(async (error: unknown) => {
      await keep();
      throw error;
    });
    if (outcome.kind === 'red' && request.ifRed !== undefined) output.write(`${request.ifRed}\n`);
    const kept = await keep();
    // On a disk that took no output a gate fails for that: nothing is proven, and it runs again.
    return outcome.kind !== 'passed' && kept !== 'atOnce' ? { kind: 'stopped', results: outcome.results } : outcome;
  }

  /** What every run of gates has from here. */
  #runs(
    signal: AbortSignal,
  ): Pick<GatesRequest, 'watchShared' | 'turns' | 'processes' | 'log' | 'signal' | 'newRunId' | 'now'> {
    const { git, processes, log, newId, clock } = this.ports;
    return {
      watchShared: (id, folder) => git.watchShared({ id, folder, mayMove: [], target: null }),
      turns: this.#turns,
      ...{ processes, log, signal },
      newRunId: newId,
      now: () => clock.now(),
    };
  }

  async #plan(request: RunRequest, { gates, skipped }: ToRun): Promise<ProofPlan> {
    const { git, verdicts, clock } = this.ports;
    const { of, commit, story, known, alike } = request;
    const proven = { of, commit, tree: await git.treeOf(commit), story };
    const askedAgain = story === null ? null : verdicts.askedAgain(story.key);
    return ProofPlan.of(gates, skipped, proven, {
      verdicts,
      ...this.keyed(),
      ...(alike && { alike }),
      notBefore: known === 'runsAgain' ? new Date(clock.now()).toISOString() : askedAgain,
    });
  }

  /** What is quarantined and stops nothing. */
  aside(): Aside {
    return asideOf(this.ports.quarantines.list());
  }

  /** What verdicts depend on besides tree and gates. */
  keyed(): Pick<PlanPorts, 'ground' | 'buildsOn'> {
    const buildsOn = (this.ports.settings().gatesParallel ?? 1) > 1 ? 'needs' : 'allBefore';
    return { ground: { environment: process.env, platform: process.platform }, buildsOn };
  }

  /** All that had to run has run before, on this very tree: no tree is filled. */
  async #reuseAll(request: RunRequest, { gates, skipped }: ToRun, plan: ProofPlan): Promise<GatesOutcome> {
    const results = gates.flatMap((gate) => {
      return plan.reused.get(gate.name) ?? skippedResult(gate, skipped.get(gate.name) ?? '');
    });
    const output = this.#open(request, plan.proven.tree);
    for (const { detail } of results) {
      output.write(`${detail}\n`);
      this.ports.log.info(`[gates] ${request.label}: ${detail}`);
    }
    const kept = await keepOutput(output, { ...this.ports, signal: request.signal });
    return { kind: kept === 'never' ? 'stopped' : 'passed', results };
  }

  /** No gate looks at what changed. */
  async skipAll(
    request: RunRequest,
    { gates, skipped }: ToRun,
  ): Promise<{ kind: 'skipped' | 'stopped'; results: readonly GateResult[] }> {
    const results = gates.map((gate) => skippedResult(gate, skipped.get(gate.name) ?? ''));
    const output = this.#open(request, await this.ports.git.treeOf(request.commit));
    for (const { detail } of results) output.write(`${detail}\n`);
    const kept = await keepOutput(output, { ...this.ports, signal: request.signal });
    return { kind: kept === 'never' ? 'stopped' : 'skipped', results };
  }

  async #holdingTrees<T>(
    use: (take: (purpose: GateTreePurpose, of: TreeOf) => Promise<GateTree>) => Promise<T>,
  ): Promise<T> {
    const held: Disposable[] = [];
    try {
      return await use((purpose, of) => this.#takeTree(purpose, of, held));
    } finally {
      for (const one of held) one.dispose();
    }
  }

  /** A tree that equals the commit. It is among `held` from the first. */
  async #takeTree(purpose: GateTreePurpose, of: TreeOf, held: Disposable[]): Promise<GateTree> {
    const { git, folders } = this.ports;
    const taken = this.trees.take(purpose);
    held.push(taken);
    const at = { folder: join(folders.worktrees(), taken.folder), ...of };
    await git.prepareGateTree(at);
    return {
      ...at,
      look: (files) => git.lookAtGateTree({ ...at, files }),
      restore: () => git.restoreGateTree(at),
    };
  }

  /** It begins with what it is of: a later look has other commits in view. */
  #open({ outputId, story, commit }: RunRequest, tree: Oid): OutputSink {
    const sink = outputId === null ? UNKEPT : this.ports.content.openOutput(outputId);
    sink.write(`Gates on commit ${commit}, tree ${tree}\n`);
    return {
      write: (text) => {
        sink.write(text);
        if (story !== null) this.ports.onOutput(story, text);
      },
      tail: () => sink.tail(),
      close: () => sink.close(),
    };
  }
}

/** What nobody will ask for. */
const UNKEPT: OutputSink = { write: () => undefined, tail: () => '', close: () => Promise.resolve() };
