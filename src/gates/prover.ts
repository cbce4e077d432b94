import { qaOutputId, gateOutputId } from '../core/story/contentIds';
import { join } from 'node:path';
import type { GateProgress, Permission } from '../core/pipeline/facts';
import type { Candidate, GateResult, MergeJob } from '../core/landing/job';
import type { Oid } from '../core/story/stage';
import type { StoryRecord } from '../core/story/story';
import type { Clock } from '../ports/clock';
import type { GateTrees } from '../ports/gateTrees';
import type { GitPort } from '../ports/git';
import type { Log } from '../ports/log';
import type { ProcessPort } from '../ports/processes';
import type { RunFact } from '../core/statistics/runFact';
import type { ContentStore, RunFacts, StoreHealth } from '../ports/store';
import { runSlots } from '../processes/runSlots';
import { GateTreePool, type GateTreePurpose } from './gateTreePool';
import { GateTurns } from './gateTurns';
import type { Gate } from './chooseGates';
import { keepOutput } from './keepOutput';
import { listeningPorts } from './listeningPorts';
import { readCommands, type CommandPorts, type Commands } from './readCommands';
import { runGates, type GatesOutcome } from './runGates';

/** `unapproved`: the gates are not those that a person agreed to; nothing has run. */
export type ProofOutcome =
  GatesOutcome | { kind: 'noGates' } | { kind: 'invalid'; message: string } | { kind: 'unapproved' };
export type CandidateProof = GatesOutcome | { kind: 'unapproved' };

/** What proving needs of the world. */
export interface ProverPorts extends CommandPorts {
  readonly git: Pick<GitPort, 'readFileAt' | 'treeOf' | keyof GateTrees | 'watchShared'>;
  readonly processes: ProcessPort;
  readonly content: Pick<ContentStore, 'openOutput'>;
  readonly runs: RunFacts;
  readonly health: Pick<StoreHealth, 'blame'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly folders: CommandPorts['folders'] & { readonly worktrees: () => string };
  /** May these commands run? */
  readonly permission: (subject: string) => Permission;
  readonly newId: () => string;
  readonly onOutput: (story: { key: string; number: number }, text: string) => void;
}

interface ProofRequest {
  readonly purpose: GateTreePurpose;
  readonly commit: Oid;
  /** What counts: the one reading that was approved and that runs. */
  readonly commands: Commands;
  readonly story: { readonly key: string; readonly number: number };
  readonly outputId: string;
  readonly of: Extract<RunFact, { kind: 'gate' }>['of'];
  readonly label: string;
  readonly signal: AbortSignal;
  readonly progress: (at: GateProgress) => void;
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
    request: { tip: Oid; commands: Commands },
    progress: (at: GateProgress) => void,
    signal: AbortSignal,
  ): Promise<ProofOutcome> {
    return this.#prove({
      purpose: 'story',
      commit: request.tip,
      commands: request.commands,
      story,
      outputId: qaOutputId(story.key),
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
  ): Promise<CandidateProof> {
    const outcome = await this.#prove({
      purpose: 'candidate',
      commit: candidate.commit,
      commands: await readCommands(this.ports, candidate.base),
      story: { key: job.storyKey, number: job.number },
      outputId: gateOutputId(job.storyKey),
      of: 'candidate',
      label: `gates of the merge of #${job.number}`,
      signal,
      progress,
    });
    if (outcome.kind === 'invalid') return nothingProven(outcome.message);
    if (outcome.kind !== 'noGates') return outcome;
    if (job.provenBy === 'person') return { kind: 'passed', results: [] };
    return nothingProven('Its gates let it into the queue, and no gate is configured any more.');
  }

  async #prove(request: ProofRequest): Promise<ProofOutcome> {
    const { gates: rules, subject } = request.commands;
    if (rules.kind !== 'gates') return rules;
    // Asked just before anything runs, and for exactly what runs.
    if (this.ports.permission(subject) !== 'granted') return { kind: 'unapproved' };
    const tree = this.#trees.take(request.purpose);
    try {
      return await this.#proveIn(tree.folder, rules.gates, request);
    } finally {
      tree.dispose();
    }
  }

  async #proveIn(folder: string, gates: readonly [Gate, ...Gate[]], request: ProofRequest): Promise<GatesOutcome> {
    const { git, processes, content, folders, newId, onOutput, log } = this.ports;
    const at = { folder: join(folders.worktrees(), folder), commit: request.commit };
    await git.prepareGateTree(at);
    const tree = await git.treeOf(request.commit);
    const sink = content.openOutput(request.outputId);
    const keep = () => keepOutput(sink, { ...this.ports, signal: request.signal });
    const running = runGates({
      gates,
      tree: { ...at, look: (files) => git.lookAtGateTree({ ...at, files }), restore: () => git.restoreGateTree(at) },
      watchShared: (id) => git.watchShared({ id, folder: at.folder, mayMove: [], target: null }),
      turns: this.#turns,
      processes,
      output: {
        write: (text) => {
          sink.write(text);
          onOutput(request.story, text);
        },
        tail: () => sink.tail(),
        close: () => sink.close(),
      },
      log,
      onProgress: request.progress,
      onResult: (result, startedAt) => this.ports.runs.note(gateFact(request, tree, result, startedAt)),
      signal: request.signal,
      label: request.label,
      newRunId: newId,
      now: () => this.ports.clock.now(),
    });
    const outcome = await running.catch(async (error: unknown) => {
      await keep();
      throw error;
    });
    const kept = await keep();
    // On a disk that took no output a gate fails for that: nothing is proven, and it runs again.
    return outcome.kind !== 'passed' && kept !== 'atOnce' ? { kind: 'stopped', results: outcome.results } : outcome;
  }
}

function gateFact({ story, of, commit }: ProofRequest, tree: Oid, result: GateResult, startedAt: number): RunFact {
  const { gate, command, verdict, ms } = result;
  const { key, number } = story;
  const at = new Date(startedAt).toISOString();
  return { kind: 'gate', at, key, number, of, commit, tree, gate, command, verdict, ms };
}

function nothingProven(detail: string): GatesOutcome {
  const result = { gate: 'gates', command: '', verdict: 'notFound', detail, ms: 0 } as const;
  return { kind: 'environment', result, results: [result] };
}
