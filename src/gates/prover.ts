import { join } from 'node:path';
import type { Disposable } from '../base/disposable';
import { criteriaOutputId, qaOutputId, gateOutputId, probeOutputId } from '../core/story/contentIds';
import type { GateProgress, Permission } from '../core/pipeline/facts';
import type { Candidate, GateResult, MergeJob } from '../core/landing/job';
import { asideOf, type Aside } from '../core/gates/quarantine';
import type { VerdictRecord } from '../core/gates/verdictRecord';
import { namesOf } from '../core/words/durations';
import type { Mutant } from '../core/review/mutants';
import type { Oid } from '../core/story/stage';
import type { StoryRecord } from '../core/story/story';
import type { Clock } from '../ports/clock';
import type { GateTrees } from '../ports/gateTrees';
import type { GitPort } from '../ports/git';
import type { Log } from '../ports/log';
import type { ProcessPort } from '../ports/processes';
import type { ContentStore, OutputSink, StoreHealth } from '../ports/store';
import type { Quarantines, Verdicts } from '../ports/verdicts';
import { runSlots } from '../processes/runSlots';
import { unaffectedGates } from './affected';
import type { Gate } from './chooseGates';
import { GateTreePool, type GateTreePurpose } from './gateTreePool';
import type { GatesRequest, GateTree } from './gatesRequest';
import { GateTurns } from './gateTurns';
import type { CriterionGate } from './criterionGates';
import { keepOutput } from './keepOutput';
import { listeningPorts } from './listeningPorts';
import { ProofPlan, type PlanPorts } from './proofPlan';
import { TreeVerdicts } from './treeVerdicts';
import { readCommands, type CommandPorts, type CommandSettings, type Commands } from './readCommands';
import { runGates, skippedResult, type GatesOutcome } from './runGates';
import { mutated, tryTests, type Honesty } from './testHonesty';

/**
 * `unapproved`: the gates are not those that a person agreed to; nothing has run. `nonePassed`: none of them looks at what
 * changed, or those that do are quarantined and red, so nothing is proven; `results` says why for each.
 */
export type ProofOutcome =
  | GatesOutcome
  | { kind: 'noGates' }
  | { kind: 'nonePassed'; results: readonly GateResult[] }
  | { kind: 'invalid'; message: string }
  | { kind: 'unapproved' };
/** What a candidate is proven as where it is built on others that have not landed. */
export interface ChainProof {
  /** `probe`: its output is kept beside that of the gates. */
  readonly output: 'gates' | 'probe';
  /** What the target is at: gates that look at anything that differs from there run, for all that would land with it. */
  readonly from: Oid;
  /** `person`: a person let in all of them. */
  readonly provenBy: MergeJob['provenBy'];
}
export type CandidateProof = GatesOutcome | { kind: 'unapproved' };

/** What proving needs of the world. */
export interface ProverPorts extends CommandPorts {
  readonly git: Pick<GitPort, 'readFileAt' | 'treeOf' | 'changedIn' | keyof GateTrees | 'watchShared'>;
  readonly processes: ProcessPort;
  readonly content: Pick<ContentStore, 'openOutput'>;
  readonly verdicts: Verdicts;
  readonly quarantines: Pick<Quarantines, 'list'>;
  readonly health: Pick<StoreHealth, 'blame'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly folders: CommandPorts['folders'] & { readonly worktrees: () => string };
  /** May these commands run? */
  readonly permission: (subject: string) => Permission;
  readonly newId: () => string;
  readonly onOutput: (story: { key: string; number: number }, text: string) => void;
  /** How many gates of one commit may run side by side. */
  readonly settings: () => CommandSettings & { readonly gatesParallel?: number };
}

/** One run of gates on one commit. */
interface RunRequest {
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
}

interface ProofRequest extends RunRequest {
  /** What the commit is compared with to know which gates look at it. */
  readonly base: Oid;
  /** What becomes of a commit that no gate looks at. */
  readonly unseen: 'tell' | 'runAll' | 'pass';
  /** What counts: the one reading that was approved and that runs. */
  readonly commands: Commands;
}

/** Gates that run on what has landed; `subject` is what must be approved for that. */
export interface LandedProof extends Pick<RunRequest, 'commit' | 'story' | 'outputId' | 'known'> {
  readonly gates: readonly [Gate, ...Gate[]];
  readonly subject: string;
}

interface TakenTree {
  readonly taken: Disposable;
  readonly tree: GateTree;
}

interface ToRun {
  readonly gates: readonly [Gate, ...Gate[]];
  readonly skipped: ReadonlyMap<string, string>;
  readonly afterRed?: 'stop' | 'goOn';
  /** Filled with every tree that is taken. */
  readonly trees: TakenTree[];
}

/** Runs gates on a commit, in a worktree whose HEAD, index and files equal it, by the rules of the target. */
export class Prover {
  readonly #turns: GateTurns;
  readonly #trees: GateTreePool;

  /** `trees` are shared with whoever else runs gates in this repository. */
  constructor(
    private readonly ports: ProverPorts,
    trees = new GateTreePool(),
  ) {
    this.#trees = trees;
    const isHandedOut = (port: number): boolean => runSlots.isHandedOut(port);
    this.#turns = new GateTurns({ clock: ports.clock, listening: listeningPorts, isHandedOut });
  }

  /** `commands` are the rules of the target, read just now: what is approved, what runs, and what a review looks at. */
  proveStory(
    story: StoryRecord,
    request: { tip: Oid; base: Oid; commands: Commands },
    progress: (at: GateProgress) => void,
    signal: AbortSignal,
  ): Promise<ProofOutcome> {
    return this.#prove({
      purpose: 'story',
      commit: request.tip,
      base: request.base,
      unseen: 'tell',
      commands: request.commands,
      story,
      outputId: qaOutputId(story.key),
      known: 'counts',
      of: 'story',
      label: `gates of #${story.number}`,
      signal,
      progress,
    });
  }

  /** No gates at all prove nothing; such a story came to the queue because a person looked at it and approved. */
  async proveCandidate(
    job: MergeJob,
    candidate: Candidate,
    progress: (at: GateProgress) => void,
    signal: AbortSignal,
    { output, from, provenBy }: ChainProof = { output: 'gates', from: candidate.base, provenBy: job.provenBy },
  ): Promise<CandidateProof> {
    const outcome = await this.#prove({
      purpose: 'candidate',
      commit: candidate.commit,
      base: from,
      // A person let it in knowing that; else something has to prove it.
      unseen: provenBy === 'person' ? 'pass' : 'runAll',
      commands: await readCommands(this.ports, from),
      story: { key: job.storyKey, number: job.number },
      outputId: output === 'gates' ? gateOutputId(job.storyKey) : probeOutputId(job.storyKey),
      known: 'counts',
      of: 'candidate',
      label: `gates of the merge of #${job.number}`,
      signal,
      progress,
    });
    if (outcome.kind === 'invalid') return nothingProven(outcome.message);
    if (outcome.kind === 'nonePassed') {
      if (job.provenBy === 'person') return { kind: 'passed', results: outcome.results };
      return nothingProven(`Every gate that ran is quarantined and not green: ${namesOf(outcome.results.map(({ gate }) => gate))}.`); // prettier-ignore
    }
    if (outcome.kind !== 'noGates') return outcome;
    if (job.provenBy === 'person') return { kind: 'passed', results: [] };
    return nothingProven('Its gates let it into the queue, and no gate is configured any more.');
  }

  /** Runs commands of a story's criteria on what landed, each whatever came of the others. Whoever asks has looked whether they may run. */
  async proveCriteria(
    story: StoryRecord,
    { commit, gates, commands }: { commit: Oid; gates: readonly CriterionGate[]; commands: Commands },
    signal: AbortSignal,
  ): Promise<GatesOutcome | { kind: 'unapproved' }> {
    const { gates: rules, subject } = commands;
    if (rules.kind === 'invalid') return nothingProven(rules.message);
    const { worktree } = rules;
    const builds = rules.kind === 'gates' && worktree.setUp.length === 0 ? rules.gates : [];
    const buildsOnConfigured = builds.length > 0 || worktree.setUp.length > 0;
    if (buildsOnConfigured && this.ports.permission(subject) !== 'granted') return { kind: 'unapproved' };
    const all: readonly Gate[] = [...builds, ...gates];
    const [first, ...rest] = all;
    if (first === undefined) return { kind: 'passed', results: [] };
    const trees: TakenTree[] = [];
    const [outputId, label] = [criteriaOutputId(story.key), `criteria of #${story.number}`];
    const request = {
      purpose: 'other',
      commit,
      story,
      outputId,
      known: 'counts',
      of: 'target',
      label,
      signal,
    } as const;
    const toRun = {
      gates: [first, ...rest] as const,
      skipped: new Map<string, string>(),
      trees,
      afterRed: 'goOn',
    } as const;
    try {
      return await this.#run({ ...request, progress: () => undefined }, toRun);
    } finally {
      for (const { taken } of trees) taken.dispose();
    }
  }

  /**
   * Tries whether the gates that passed on a story's tip turn red where one of its lines says something else. What they say
   * then is of no commit, so it stands in no ledger and no output.
   */
  async tryTests(
    { key, number }: StoryRecord,
    request: { tip: Oid; gates: readonly [Gate, ...Gate[]]; mutants: readonly Mutant[]; minutes: number },
    progress: (at: GateProgress) => void,
    signal: AbortSignal,
  ): Promise<Honesty> {
    const { clock, log } = this.ports;
    const { tip, gates, mutants, minutes } = request;
    const trees: TakenTree[] = [];
    const startedAt = clock.now();
    try {
      const { tree } = await this.#takeTree('story', tip, trees);
      const honesty = await tryTests({
        ...{ mutants, minutes, clock, signal },
        run: async (mutant, until) => {
          const changed = mutated(tree, mutant);
          await changed.restore();
          return runGates({
            ...this.#runs(until),
            gates,
            tree: changed,
            output: UNKEPT,
            onProgress: () => undefined,
            onRan: () => undefined,
            label: `the tests of #${number}, line ${mutant.line} of ${mutant.path} changed`,
          });
        },
        progress: (index) => progress({ gate: 'test honesty', index, total: mutants.length, startedAt }),
      });
      log.info(`[gates] #${number} (${key}): ${honesty.tried} of ${mutants.length} changed lines tried, ${honesty.unseen.length} not noticed`); // prettier-ignore
      return honesty;
    } finally {
      for (const { taken } of trees) taken.dispose();
    }
  }

  /** What the ledger says of trees by these gates, as they would run here. */
  verdictsOf(gates: readonly Gate[]): Promise<TreeVerdicts> {
    return TreeVerdicts.of(gates, this.ports.verdicts, { ...this.#keyed(), aside: this.#aside() });
  }

  /** Runs gates on a commit that is on the target: all that are named, whatever changed there. */
  async proveLanded(
    { commit, gates, subject, story, outputId, known }: LandedProof,
    progress: (at: GateProgress) => void,
    signal: AbortSignal,
  ): Promise<CandidateProof> {
    if (this.ports.permission(subject) !== 'granted') return { kind: 'unapproved' };
    const label = `gates ${gates.map(({ name }) => name).join(', ')} of ${commit.slice(0, 10)} on the target`;
    const of = { purpose: 'other', of: 'target', label } as const;
    const trees: TakenTree[] = [];
    try {
      const request = { ...of, commit, story, outputId, known, signal, progress };
      return await this.#run(request, { gates, skipped: new Map(), trees });
    } finally {
      for (const { taken } of trees) taken.dispose();
    }
  }

  async #prove(request: ProofRequest): Promise<ProofOutcome> {
    const { git, permission } = this.ports;
    const { gates: rules, subject } = request.commands;
    if (rules.kind !== 'gates') return rules.kind === 'noGates' ? { kind: 'noGates' } : rules;
    // Asked just before anything runs, and for exactly what runs.
    if (permission(subject) !== 'granted') return { kind: 'unapproved' };
    const { gates } = rules;
    const unaffected = await unaffectedGates(git, gates, { base: request.base, tip: request.commit });
    const isUnseen = unaffected.size === gates.length;
    if (isUnseen && request.unseen !== 'runAll') return this.#skipAll(request, gates, unaffected);
    const trees: TakenTree[] = [];
    try {
      return somethingPassed(await this.#run(request, { gates, skipped: isUnseen ? new Map() : unaffected, trees }));
    } finally {
      for (const { taken } of trees) taken.dispose();
    }
  }

  /** No gate looks at what changed. */
  async #skipAll(
    request: ProofRequest,
    gates: readonly Gate[],
    why: ReadonlyMap<string, string>,
  ): Promise<ProofOutcome> {
    const results = gates.map((gate) => skippedResult(gate, why.get(gate.name) ?? ''));
    const output = this.#open(request);
    for (const { detail } of results) output.write(`${detail}\n`);
    const kept = await keepOutput(output, { ...this.ports, signal: request.signal });
    return kept === 'never' ? { kind: 'stopped', results } : { kind: 'nonePassed', results };
  }

  async #run(request: RunRequest, { gates, skipped, trees, afterRed = 'stop' }: ToRun): Promise<GatesOutcome> {
    const { settings, verdicts } = this.ports;
    const { commit, purpose } = request;
    const plan = await this.#plan(request, { gates, skipped });
    if (gates.every(({ name }) => skipped.has(name) || plan.reused.has(name)))
      return this.#reuseAll(request, { gates, skipped, plan });
    const take = async (wanted: GateTreePurpose): Promise<GateTree> => {
      const taken = await this.#takeTree(wanted, commit, trees);
      return taken.tree;
    };
    const tree = await take(purpose);
    const output = this.#open(request);
    const keep = () => keepOutput(output, { ...this.ports, signal: request.signal });
    const running = runGates({
      ...this.#runs(request.signal),
      gates,
      skipped,
      reused: plan.reused,
      likelyFlaky: plan.likelyFlaky,
      likelyFlakyTests: plan.likelyFlakyTests,
      aside: this.#aside(),
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

  async #plan(request: RunRequest, { gates, skipped }: Pick<ToRun, 'gates' | 'skipped'>): Promise<ProofPlan> {
    const { git, verdicts, clock } = this.ports;
    const { of, commit, story, known } = request;
    const proven = { of, commit, tree: await git.treeOf(commit), story };
    const askedAgain = story === null ? null : verdicts.askedAgain(story.key);
    return ProofPlan.of(gates, skipped, proven, {
      verdicts,
      ...this.#keyed(),
      notBefore: known === 'runsAgain' ? new Date(clock.now()).toISOString() : askedAgain,
    });
  }

  #aside(): Aside {
    return asideOf(this.ports.quarantines.list());
  }

  /** What verdicts depend on besides tree and gates. */
  #keyed(): Pick<PlanPorts, 'ground' | 'buildsOn'> {
    const buildsOn = (this.ports.settings().gatesParallel ?? 1) > 1 ? 'needs' : 'allBefore';
    return { ground: { environment: process.env, platform: process.platform }, buildsOn };
  }

  /** All that had to run has run before, on this very tree: no tree is filled. */
  async #reuseAll(
    request: RunRequest,
    { gates, skipped, plan }: Pick<ToRun, 'gates' | 'skipped'> & { plan: ProofPlan },
  ): Promise<GatesOutcome> {
    const results = gates.flatMap((gate) => {
      return plan.reused.get(gate.name) ?? skippedResult(gate, skipped.get(gate.name) ?? '');
    });
    const output = this.#open(request);
    for (const { detail } of results) {
      output.write(`${detail}\n`);
      this.ports.log.info(`[gates] ${request.label}: ${detail}`);
    }
    const kept = await keepOutput(output, { ...this.ports, signal: request.signal });
    return { kind: kept === 'never' ? 'stopped' : 'passed', results };
  }

  /** A tree that equals the commit. It is among `trees` from the first, so that it is let go of whatever happens. */
  async #takeTree(purpose: GateTreePurpose, commit: Oid, trees: TakenTree[]): Promise<TakenTree> {
    const { git, folders } = this.ports;
    const taken = this.#trees.take(purpose);
    const at = { folder: join(folders.worktrees(), taken.folder), commit };
    const tree: GateTree = {
      ...at,
      look: (files) => git.lookAtGateTree({ ...at, files }),
      restore: () => git.restoreGateTree(at),
    };
    trees.push({ taken, tree });
    await git.prepareGateTree(at);
    return { taken, tree };
  }

  #open({ outputId, story }: RunRequest): OutputSink {
    const sink = outputId === null ? UNKEPT : this.ports.content.openOutput(outputId);
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

/** Gates that are quarantined stop nothing, and they prove nothing. */
function somethingPassed(outcome: GatesOutcome): ProofOutcome {
  if (outcome.kind !== 'passed' || outcome.results.some(({ verdict }) => verdict === 'passed')) return outcome;
  return { kind: 'nonePassed', results: outcome.results };
}

/** What nobody will ask for. */
const UNKEPT: OutputSink = { write: () => undefined, tail: () => '', close: () => Promise.resolve() };

function nothingProven(detail: string): GatesOutcome {
  const result = { gate: 'gates', command: '', verdict: 'notFound', detail, ms: 0 } as const;
  return { kind: 'environment', result, results: [result] };
}
