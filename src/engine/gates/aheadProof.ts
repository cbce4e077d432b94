import type { Candidate } from '../../core/landing/job';
import type { Oid } from '../../core/story/stage';
import type { StoryRecord } from '../../core/story/story';
import type { ChainProof, Prover } from '../../gates/prover';
import type { Commands } from '../../gates/readCommands';
import type { EnginePorts } from '../ports';

export interface AheadProofPorts extends EnginePorts {
  readonly prover: Pick<Prover, 'proveCandidate' | 'verdictsOf' | 'groundsOf'>;
  /** What is said of stories has changed. */
  readonly onChange: () => void;
}

/**
 * What gates say of a merge; `unknown` where they could not tell, `notNow` where a disk is to blame for that. `why` is what the
 * gate said.
 */
export type AheadSaid =
  | { readonly kind: 'green' | 'unknown' | 'notNow' }
  | { readonly kind: 'red'; readonly gate: string; readonly why: string };

/** How a merge is proven; `only`: of the gates this one alone, with those that it may build on. */
interface How extends Pick<ChainProof, 'output' | 'ifRed'> {
  readonly commands: Commands;
  readonly only?: string | undefined;
  readonly signal: AbortSignal;
  /** Told where gates run because the ledger does not know. */
  readonly onRun?: () => void;
}

/** Proves merges that nobody has asked for yet. */
export class AheadProof {
  constructor(private readonly ports: AheadProofPorts) {}

  /** What would land of a story on some commit; null where it cannot, or would take others' work back. */
  async build({ key, number, title, branch, bringsIn }: StoryRecord, tip: Oid, base: Oid): Promise<Candidate | null> {
    const strategy = bringsIn === undefined ? this.ports.settings().strategy : 'merge';
    const request = {
      strategy,
      base,
      storyTip: tip,
      storyBranch: branch,
      storyKey: key,
      number,
      isTrial: true,
    } as const;
    const built = await this.ports.git.buildCandidate({ ...request, subject: `${title} (#${number})` });
    if (built.kind !== 'built' || built.takenBack.length > 0) return null;
    return { commit: built.candidate, tree: built.tree, parents: [...built.parents], base };
  }

  /** By the rules of `target`, for all that is not there yet. */
  async gatesSay(story: StoryRecord, candidate: Candidate, target: Oid, how: How): Promise<AheadSaid> {
    const { prover, health } = this.ports;
    const { commands, only, output, signal, ifRed, onRun } = how;
    if (signal.aborted) return { kind: 'unknown' };
    const red = await this.#knownRed(candidate, commands, only);
    if (red !== null) return { kind: 'red', gate: red, why: `Gate ${red} was red on these very files.` };
    onRun?.();
    // As it will be once a person has let it in.
    const asked = { output, from: target, provenBy: 'person', purpose: 'other', of: 'ahead' } as const;
    const more = { ...(only !== undefined && { only }), ...(ifRed !== undefined && { ifRed }) };
    const job = { storyKey: story.key, number: story.number, provenBy: 'person' } as const;
    const outcome = await prover.proveCandidate(job, candidate, () => undefined, signal, { ...asked, ...more });
    if (outcome.kind === 'passed') return { kind: 'green' };
    if ((await health.blame(null)) !== null) return { kind: 'notNow' };
    if (outcome.kind !== 'red') return { kind: 'unknown' };
    return { kind: 'red', gate: outcome.result.gate, why: outcome.result.detail };
  }

  /** A gate that is red on these very files, of those that are asked. */
  async #knownRed({ tree }: Candidate, { gates }: Commands, only: string | undefined): Promise<string | null> {
    if (gates.kind !== 'gates') return null;
    const { prover } = this.ports;
    const red = (await prover.verdictsOf(gates.gates)).redGate(tree);
    if (red === null || only === undefined) return red;
    return prover.groundsOf(gates.gates, only).includes(red) ? red : null;
  }
}
