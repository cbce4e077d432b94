import { criteriaOutputId, qaOutputId, gateOutputId, probeOutputId } from '../core/story/contentIds';
import { withNeeds } from '../core/gates/gateOrder';
import { groundsOf } from '../core/gates/reuse';
import type { GateProgress, Permission } from '../core/pipeline/facts';
import type { Candidate, GateResult, MergeJob } from '../core/landing/job';
import { namesOf } from '../core/words/durations';
import type { Mutant } from '../core/review/mutants';
import type { LineVerdict } from '../core/landing/targetLine';
import type { Oid } from '../core/story/stage';
import type { StoryRecord } from '../core/story/story';
import type { GitPort } from '../ports/git';
import { areApart, provenAlike, unaffectedGates, unprovenGates, type Comparison } from './affected';
import type { Gate } from './chooseGates';
import type { CriterionGate } from './criterionGates';
import { GateRunner, type GateRunnerPorts, type RunRequest } from './gateRunner';
import { GateTreePool } from './gateTreePool';
import { readCommands, type CommandPorts, type CommandSettings, type Commands } from './readCommands';
import type { GatesOutcome } from './runGates';
import { mutated, tryTests, type Honesty } from './testHonesty';
import { TreeVerdicts } from './treeVerdicts';

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
  /** `probe`: its output is kept beside that of the gates. Else under this id, or nowhere. */
  readonly output: 'gates' | 'probe' | { readonly id: string | null };
  /** What the target is at: gates that look at anything that differs from there run, for all that would land with it. */
  readonly from: Oid;
  /** `person`: a person let in all of them. */
  readonly provenBy: MergeJob['provenBy'];
  /** `other`: the tree of candidates stays free for one that lands. */
  readonly purpose?: 'candidate' | 'other';
  /** `ahead`: nobody has asked for it to land. */
  readonly of?: 'candidate' | 'ahead';
  /** Of the gates only this one runs, with those that it may build on. */
  readonly only?: string;
  /** What its output says last where it is red. */
  readonly ifRed?: string;
}

export type CandidateProof = GatesOutcome | { kind: 'unapproved' };

/** What proving needs of the world. */
export interface ProverPorts extends CommandPorts, GateRunnerPorts {
  readonly git: CommandPorts['git'] & GateRunnerPorts['git'] & Pick<GitPort, 'changedIn' | 'changedPaths'>;
  readonly folders: CommandPorts['folders'] & GateRunnerPorts['folders'];
  readonly settings: () => CommandSettings & ReturnType<GateRunnerPorts['settings']>;
  /** May these commands run? */
  readonly permission: (subject: string) => Permission;
}

interface ProofRequest extends RunRequest {
  /** What the commit is compared with to know which gates look at it. */
  readonly base: Oid;
  /** What becomes of a commit that no gate looks at. */
  readonly unseen: 'tell' | 'runAll' | 'pass';
  readonly only?: string | undefined;
  /** What counts: the one reading that was approved and that runs. */
  readonly commands: Commands;
}

/** Gates that run on what has landed; `subject` is what must be approved for that. */
export interface LandedProof extends Pick<RunRequest, 'commit' | 'story' | 'outputId' | 'known'> {
  readonly gates: readonly [Gate, ...Gate[]];
  readonly subject: string;
}

/** Proves stories, candidates and what landed, by the rules of the target. */
export class Prover {
  readonly #runner: GateRunner;

  /** `trees` are shared with whoever else runs gates in this repository. */
  constructor(
    private readonly ports: ProverPorts,
    trees = new GateTreePool(),
  ) {
    this.#runner = new GateRunner(ports, trees);
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
    job: Pick<MergeJob, 'storyKey' | 'number' | 'provenBy'>,
    candidate: Candidate,
    progress: (at: GateProgress) => void,
    signal: AbortSignal,
    { output, from, provenBy, purpose = 'candidate', of = 'candidate', only, ifRed }: ChainProof = {
      output: 'gates',
      from: candidate.base,
      provenBy: job.provenBy,
    },
  ): Promise<CandidateProof> {
    const outcome = await this.#prove({
      purpose,
      commit: candidate.commit,
      base: from,
      // A person let it in knowing that; else something has to prove it.
      unseen: provenBy === 'person' ? 'pass' : 'runAll',
      ...{ only, ifRed },
      commands: await readCommands(this.ports, from),
      story: { key: job.storyKey, number: job.number },
      outputId: outputIdOf(output, job.storyKey),
      known: 'counts',
      of,
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
    const request = {
      purpose: 'other',
      commit,
      story,
      outputId: criteriaOutputId(story.key),
      known: 'counts',
      of: 'target',
      label: `criteria of #${story.number}`,
      signal,
      progress: () => undefined,
    } as const;
    return this.#runner.run(request, { gates: [first, ...rest], skipped: new Map(), afterRed: 'goOn' });
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
    const startedAt = clock.now();
    const honesty = await this.#runner.tryOn({ commit: tip, signal }, (tree, run) =>
      tryTests({
        ...{ mutants, minutes, clock, signal },
        run: async (mutant, until) => {
          const changed = mutated(tree, mutant);
          await changed.restore();
          const label = `the tests of #${number}, line ${mutant.line} of ${mutant.path} changed`;
          return run({ gates, tree: changed, label }, until);
        },
        progress: (index) => progress({ gate: 'test honesty', index, total: mutants.length, startedAt }),
      }),
    );
    log.info(`[gates] #${number} (${key}): ${honesty.tried} of ${mutants.length} changed lines tried, ${honesty.unseen.length} not noticed`); // prettier-ignore
    return honesty;
  }

  /** What the ledger says of trees by these gates, as they would run here. */
  verdictsOf(gates: readonly Gate[]): Promise<TreeVerdicts> {
    return TreeVerdicts.of(gates, this.ports.verdicts, { ...this.#runner.keyed(), aside: this.#runner.aside() });
  }

  /** Runs gates on a commit that is on the target: all that are named, whatever changed there. */
  async proveLanded(
    { commit, gates, subject, story, outputId, known }: LandedProof,
    progress: (at: GateProgress) => void,
    signal: AbortSignal,
  ): Promise<CandidateProof> {
    if (this.ports.permission(subject) !== 'granted') return { kind: 'unapproved' };
    const label = `gates ${gates.map(({ name }) => name).join(', ')} of ${commit.slice(0, 10)} on the target`;
    const request = {
      purpose: 'other',
      of: 'target',
      label,
      commit,
      story,
      outputId,
      known,
      signal,
      progress,
    } as const;
    return this.#runner.run(request, { gates, skipped: new Map() });
  }

  /** Whether two changes cannot touch each other, by the gates of this commit of the target. */
  async areApart(target: Oid, changes: readonly [Comparison, Comparison]): Promise<boolean> {
    const { gates: rules } = await readCommands(this.ports, target);
    if (rules.kind === 'invalid') return false;
    return areApart(this.ports.git, rules.kind === 'gates' ? rules.gates : [], changes);
  }

  /** Names of what one gate may build on in its tree, itself the last. Its verdict is worth nothing where those did not run. */
  groundsOf(gates: readonly Gate[], name: string): readonly string[] {
    const grounds = groundsOf(gates, this.#runner.keyed().buildsOn);
    return grounds.find((some) => some.at(-1)?.name === name)?.map((gate) => gate.name) ?? [];
  }

  /** Gates beside the one that is asked for and its grounds, with why they do not run, by name. */
  #notAsked(gates: readonly Gate[], only: string | undefined): ReadonlyMap<string, string> {
    if (only === undefined) return new Map();
    const asked = this.groundsOf(gates, only);
    return new Map(gates.flatMap(({ name }) => (asked.includes(name) ? [] : [[name, `only gate ${only} was asked.`]])));
  }

  async #prove(request: ProofRequest): Promise<ProofOutcome> {
    const { git, permission } = this.ports;
    const { gates: rules, subject } = request.commands;
    if (rules.kind !== 'gates') return rules.kind === 'noGates' ? { kind: 'noGates' } : rules;
    // Asked just before anything runs, and for exactly what runs.
    if (permission(subject) !== 'granted') return { kind: 'unapproved' };
    const { gates } = rules;
    const unaffected = await unaffectedGates(git, gates, { base: request.base, tip: request.commit });
    const notAsked = this.#notAsked(gates, request.only);
    const skipped = new Map([...notAsked, ...unaffected]);
    const isUnseen = skipped.size === gates.length;
    if (isUnseen && request.unseen === 'runAll') return somethingPassed(await this.#runner.run(request, { gates, skipped: new Map() })); // prettier-ignore
    // What proves nothing of a story is not run for it; what would land is proven whole.
    const looks = gates.some(({ paths }) => paths !== undefined) ? await this.verdictsOf(gates) : null;
    const passedOn = (gate: string, most: number) => looks?.passedOn(gate, most) ?? new Set<Oid>();
    const idle = gates.filter(({ name }) => unaffected.has(name) && !notAsked.has(name));
    const unproven =
      isUnseen && request.unseen === 'tell'
        ? new Map<string, string>()
        : await unprovenGates(git, idle, request.commit, passedOn);
    const asked = withNeeds(
      gates.filter(({ name }) => !skipped.has(name) || unproven.has(name)),
      gates,
    );
    for (const { name } of asked) skipped.delete(name);
    if (skipped.size === gates.length) {
      const { kind, results } = await this.#runner.skipAll(request, { gates, skipped });
      return { kind: kind === 'skipped' ? 'nonePassed' : kind, results };
    }
    const judged = (gate: string, most: number) => looks?.judged(gate, most) ?? new Map<Oid, LineVerdict>();
    const alike = await provenAlike(git, asked, { gates, tip: request.commit }, judged);
    return somethingPassed(
      await this.#runner.run({ ...request, alike, because: [...unproven.values()] }, { gates, skipped }),
    );
  }
}

function outputIdOf(output: ChainProof['output'], storyKey: string): string | null {
  if (typeof output === 'object') return output.id;
  return output === 'gates' ? gateOutputId(storyKey) : probeOutputId(storyKey);
}

/** Gates that are quarantined stop nothing, and they prove nothing. */
function somethingPassed(outcome: GatesOutcome): ProofOutcome {
  if (outcome.kind !== 'passed' || outcome.results.some(({ verdict }) => verdict === 'passed')) return outcome;
  return { kind: 'nonePassed', results: outcome.results };
}

function nothingProven(detail: string): GatesOutcome {
  const result = { gate: 'gates', command: '', verdict: 'notFound', detail, ms: 0 } as const;
  return { kind: 'environment', result, results: [result] };
}
