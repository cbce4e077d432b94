import type { GateResult, MergeJob } from '../landing/job';
import type { HistoryEntry } from '../story/history';
import type { StageName } from '../story/stage';
import type { ReceiptGate, UnchainedReceipt } from './receipt';

/** What is known of one gate beside its result. */
export interface GateBackground {
  readonly definition: string | null;
  readonly output: string | null;
  readonly platform: string;
}

export interface ReceiptFacts {
  readonly job: MergeJob;
  /** The job by whose gates it was proven, where those are not its own. */
  readonly through: MergeJob | null;
  readonly landedAt: string;
  readonly madeLater: string | null;
  /** The person as git knows them; null where nobody is configured. */
  readonly person: string | null;
  /** The story's history, oldest first. */
  readonly history: readonly HistoryEntry[];
  readonly gatesFrom: UnchainedReceipt['gatesFrom'];
  readonly gates: ReadonlyMap<string, GateBackground>;
  readonly platform: string;
  readonly tools: Readonly<Record<string, string>>;
  readonly output: string | null;
}

/** The receipt of a job that has landed; null for one without a candidate. */
export function makeReceipt(facts: ReceiptFacts): UnchainedReceipt | null {
  const { job, tools } = facts;
  const { candidate } = job;
  if (candidate === null) return null;
  const { commit, tree, parents, base } = candidate;
  const proof = facts.through ?? job;
  const proven = proof.candidate ?? candidate;
  return {
    version: 1,
    story: { key: job.storyKey, number: job.number },
    target: job.target,
    commit,
    tree,
    parents,
    base,
    storyTip: job.storyTip,
    strategy: job.strategy,
    job: job.id,
    landedAt: facts.landedAt,
    madeLater: facts.madeLater,
    approval: { by: job.provenBy, who: job.provenBy === 'person' ? facts.person : null },
    agents: agentsAt(facts.history, ['Coding']),
    solvers: agentsAt(facts.history, ['MergeFailure', 'MergeFailureFinal']),
    gatesFrom: facts.gatesFrom,
    gates: proof.results.map((result) => gateOf(result, proven.tree, facts)),
    ...(proven.commit !== commit && { through: { commit: proven.commit, tree: proven.tree } }),
    tools: { ...tools },
    output: facts.output,
  };
}

function gateOf(result: GateResult, tree: string, facts: ReceiptFacts): ReceiptGate {
  const { gate, command, verdict, detail, ms, reused, attempts, quarantined } = result;
  const known = facts.gates.get(gate);
  return {
    name: gate,
    command,
    verdict,
    detail,
    ms,
    definition: known?.definition ?? null,
    on: { tree: reused?.tree ?? tree, platform: known?.platform ?? facts.platform },
    runs: verdict === 'skipped' ? 0 : (attempts ?? 1),
    reused: reused !== undefined,
    quarantined: quarantined ?? false,
    output: known?.output ?? null,
  };
}

/** Agents that acted on the story in one of these stages, each once, in the order in which they came. */
function agentsAt(history: readonly HistoryEntry[], stages: readonly StageName[]): string[] {
  const names = history.flatMap(({ by, from }) => {
    const isThere = stages.some((stage) => stage === from);
    return isThere && by.startsWith('agent ') ? [by.slice('agent '.length)] : [];
  });
  return [...new Set(names)];
}
