import { join } from 'node:path';
import type { GateProgress, Permission } from '../core/pipeline/facts';
import { gateOutputId } from '../core/landing/consequence';
import type { Candidate, MergeJob } from '../core/landing/job';
import type { Oid } from '../core/story/stage';
import type { StoryRecord } from '../core/story/story';
import { runGates, type GatesOutcome } from '../gates/runGates';
import { readCommands, readGates } from './commands';
import type { EnginePorts } from './ports';

/** Worktrees of Switchyard's own, beside the stories' ones; VS Code keeps names that start like this out of its views. */
const CANDIDATE_FOLDER = 'agents-gate-1';
const STORY_FOLDER = 'agents-gate-2';

/** `unapproved`: the gates are not those that a person agreed to; nothing has run. */
export type ProofOutcome =
  GatesOutcome | { kind: 'noGates' } | { kind: 'invalid'; message: string } | { kind: 'unapproved' };
export type CandidateProof = GatesOutcome | { kind: 'unapproved' };

interface ProofRequest {
  readonly folder: string;
  readonly commit: Oid;
  /** The commit of the target whose gates count. */
  readonly rulesFrom: Oid;
  readonly story: { readonly key: string; readonly number: number };
  readonly outputId: string;
  readonly label: string;
  readonly signal: AbortSignal;
  readonly progress: (at: GateProgress) => void;
}

/** Name of the output of a story's own gates in the content store. */
export function storyOutputId(storyKey: string): string {
  return `${storyKey}:qa_output`;
}

/** Runs gates on a commit, in a worktree whose HEAD, index and files equal it, by the rules of the target. */
export class Prover {
  constructor(private readonly ports: EnginePorts) {}

  proveStory(
    story: StoryRecord,
    request: { tip: Oid; targetTip: Oid },
    progress: (at: GateProgress) => void,
    signal: AbortSignal,
  ): Promise<ProofOutcome> {
    return this.#prove({
      folder: STORY_FOLDER,
      commit: request.tip,
      rulesFrom: request.targetTip,
      story,
      outputId: storyOutputId(story.key),
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
      folder: CANDIDATE_FOLDER,
      commit: candidate.commit,
      rulesFrom: candidate.base,
      story: { key: job.storyKey, number: job.number },
      outputId: gateOutputId(job.storyKey),
      label: `gates of the merge of #${job.number}`,
      signal,
      progress,
    });
    if (outcome.kind === 'invalid') return nothingProven(outcome.message);
    if (outcome.kind !== 'noGates') return outcome;
    if (job.provenBy === 'person') return { kind: 'passed', results: [] };
    return nothingProven('Its gates let it into the queue, and no gate is configured any more.');
  }

  /** Asked just before anything runs: the rules may have changed since the scheduler looked. */
  async #permission(rulesFrom: Oid): Promise<Permission> {
    return this.ports.permission((await readCommands(this.ports, rulesFrom)).subject);
  }

  async #prove(request: ProofRequest): Promise<ProofOutcome> {
    const { git, processes, content, folders, newId, onOutput } = this.ports;
    const rules = await readGates(this.ports, request.rulesFrom);
    if (rules.kind !== 'gates') return rules;
    if ((await this.#permission(request.rulesFrom)) !== 'granted') return { kind: 'unapproved' };
    const folder = join(folders.worktrees(), request.folder);
    const { commit } = request;
    await git.prepareGateTree({ folder, commit });
    const sink = content.openOutput(request.outputId);
    try {
      return await runGates({
        gates: rules.gates,
        tree: { folder, commit },
        restore: () => git.restoreGateTree({ folder, commit }),
        processes,
        output: {
          ...sink,
          write: (text) => {
            sink.write(text);
            onOutput(request.story, text);
          },
          tail: () => sink.tail(),
          close: () => sink.close(),
        },
        onProgress: request.progress,
        signal: request.signal,
        label: request.label,
        newRunId: newId,
        now: () => this.ports.clock.now(),
      });
    } finally {
      await sink.close();
    }
  }
}

function nothingProven(detail: string): GatesOutcome {
  const result = { gate: 'gates', command: '', verdict: 'notFound', detail, ms: 0 } as const;
  return { kind: 'environment', result, results: [result] };
}
