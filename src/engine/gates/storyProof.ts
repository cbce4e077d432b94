import type { BaseVerdict } from '../../core/landing/baseVerdict';
import type { GateProgress } from '../../core/pipeline/facts';
import type { Oid } from '../../core/story/stage';
import type { StoryRecord } from '../../core/story/story';
import type { ProofOutcome, Prover } from '../../gates/prover';
import type { Commands } from '../../gates/readCommands';
import type { GitPort } from '../../ports/git';
import type { Log } from '../../ports/log';
import { originOfRed } from '../target/redOrigin';

/** What a story is proven by, and what of it is looked at: the rules of one commit of the target, read once. */
export interface Rules {
  readonly targetTip: Oid;
  readonly commands: Commands;
}

interface StoryProofPorts {
  readonly git: Pick<GitPort, 'mergeBase' | 'buildCandidate'>;
  readonly prover: Pick<Prover, 'proveStory'>;
  readonly log: Log;
  /** Whether a gate that is red for a story is red on a commit of the target as well, by the rules that are given. */
  readonly judgeBase: (
    story: { readonly storyKey: string; readonly number: number },
    commit: Oid,
    gate: string,
    how: ProofHow & { readonly rules: Commands },
  ) => Promise<BaseVerdict>;
}

interface ProofHow {
  readonly progress: (at: GateProgress) => void;
  readonly signal: AbortSignal;
}

/** `commit` is what the gates ran on: the story's tip, or its merge with a target that was red where the story began. */
export type StoryProofOutcome =
  | { readonly kind: 'proven'; readonly commit: Oid; readonly outcome: ProofOutcome }
  /** Its gates are red as the target's are. */
  | { readonly kind: 'targetRed' }
  /** It lacks what repaired the target, and cannot be merged with it. */
  | { readonly kind: 'conflict'; readonly files: readonly string[]; readonly detail: string };

/** Proves a story by itself. A red that it has from the target is not taken for its own. */
export class StoryProof {
  constructor(private readonly ports: StoryProofPorts) {}

  async prove(story: StoryRecord, tip: Oid, rules: Rules, how: ProofHow): Promise<StoryProofOutcome> {
    const outcome = await this.#run(story, tip, rules, how);
    if (outcome.kind !== 'red' || how.signal.aborted) return { kind: 'proven', commit: tip, outcome };
    const { targetTip, commands } = rules;
    const about = { storyKey: story.key, number: story.number };
    const judge = (commit: Oid): Promise<BaseVerdict> =>
      this.ports.judgeBase(about, commit, outcome.result.gate, { ...how, rules: commands });
    const origin = await originOfRed({ git: this.ports.git, judge }, story, { tip, targetTip });
    switch (origin.kind) {
      case 'story':
        return { kind: 'proven', commit: tip, outcome };
      case 'target':
        return { kind: 'targetRed' };
      case 'repaired':
        return this.#proveMerged(story, tip, rules, how);
      default:
        return origin satisfies never;
    }
  }

  /** What repaired the target is not in the story yet, so its merge with the target is proven in its place. */
  async #proveMerged(story: StoryRecord, tip: Oid, rules: Rules, how: ProofHow): Promise<StoryProofOutcome> {
    const { targetTip } = rules;
    const { key, number } = story;
    const request = { strategy: 'merge', storyTip: tip, storyBranch: story.branch, storyKey: key, number } as const;
    const subject = `${story.title} (#${number})`;
    const built = await this.ports.git.buildCandidate({ ...request, base: targetTip, subject });
    switch (built.kind) {
      case 'built': {
        this.ports.log.info(`[gates] #${number} began on a red target: its merge with ${targetTip} is proven`);
        return {
          kind: 'proven',
          commit: built.candidate,
          outcome: await this.#run(story, built.candidate, rules, how),
        };
      }
      case 'alreadyMerged':
        return { kind: 'proven', commit: targetTip, outcome: await this.#run(story, targetTip, rules, how) };
      case 'conflict':
        return { kind: 'conflict', files: built.files, detail: built.message };
      case 'unrelatedHistories':
        return { kind: 'conflict', files: [], detail: 'Its branch and the target share no commit.' };
      default:
        return built satisfies never;
    }
  }

  #run(story: StoryRecord, tip: Oid, { targetTip, commands }: Rules, how: ProofHow): Promise<ProofOutcome> {
    return this.ports.prover.proveStory(story, { tip, base: targetTip, commands }, how.progress, how.signal);
  }
}
