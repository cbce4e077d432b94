import type { StageName } from '../story/stage';
import { groupBy } from './groupBy';
import { spreadOf, type Spread } from './spread';

/** From when (inclusive) to when (exclusive), ISO 8601 in UTC; null for no bound. */
export interface StatisticsRange {
  readonly from: string | null;
  readonly to: string | null;
}

/** One stay of a story in a stage that has ended, in milliseconds. */
export interface Stay {
  readonly stage: string;
  readonly ms: number;
}

/** `day` is `2026-01-31`, by this machine's clock. Times are from the story's beginning, and from its first work; null where unknown. */
export interface LandedFact {
  readonly day: string;
  readonly sinceCreatedMs: number | null;
  readonly sinceCodingMs: number | null;
}

/** One run of a gate on one tree. */
export interface GateRunFact {
  readonly gate: string;
  readonly tree: string;
  readonly verdict: string;
  readonly ms: number;
}

export interface AgentRunFact {
  readonly agent: string;
  readonly mode: string;
  readonly why: string;
  /** Null where its end is not known. */
  readonly ms: number | null;
  /** Null where the agent does not say. */
  readonly turns: number | null;
  readonly tokens: number | null;
  readonly costUsd: number | null;
}

/** A sum of what is known, of how many of all runs; `of` 0 is nothing known. */
export interface KnownSum {
  readonly sum: number;
  readonly of: number;
}

/** What statistics are made of. */
export interface StatisticsFacts {
  readonly stays: readonly Stay[];
  readonly landed: readonly LandedFact[];
  readonly gates: readonly GateRunFact[];
  readonly agents: readonly AgentRunFact[];
}

/**
 * `flaky` counts trees on which the gate both passed and failed, of those `trees` that it judged at all; the flake rate
 * is the one by the other.
 */
export interface GateStatistics {
  readonly gate: string;
  readonly runs: number;
  readonly passed: number;
  readonly failed: number;
  readonly trees: number;
  readonly flaky: number;
  readonly time: Spread | null;
}

export interface AgentStatistics {
  readonly agent: string;
  readonly cold: number;
  readonly warm: number;
  /** Why starts were cold, the most frequent first. */
  readonly whyCold: readonly { readonly why: string; readonly count: number }[];
  readonly time: Spread | null;
  readonly turns: KnownSum;
  readonly tokens: KnownSum;
  readonly costUsd: KnownSum;
}

/** All times in milliseconds. */
export interface Statistics {
  readonly range: StatisticsRange;
  readonly landed: readonly { readonly day: string; readonly count: number }[];
  /** From a story's beginning to its landing, and from its first work. */
  readonly sinceCreated: Spread | null;
  readonly sinceCoding: Spread | null;
  readonly stages: readonly { readonly stage: StageName; readonly time: Spread }[];
  readonly gates: readonly GateStatistics[];
  readonly agents: readonly AgentStatistics[];
}

/** `stages` gives the order of the stages. */
export function statisticsOf(facts: StatisticsFacts, range: StatisticsRange, stages: readonly StageName[]): Statistics {
  const landedBy = groupBy(facts.landed, (one) => one.day);
  return {
    range,
    landed: [...landedBy].map(([day, all]) => ({ day, count: all.length })).sort((a, b) => (a.day < b.day ? -1 : 1)),
    sinceCreated: spreadOf(facts.landed.flatMap((one) => one.sinceCreatedMs ?? [])),
    sinceCoding: spreadOf(facts.landed.flatMap((one) => one.sinceCodingMs ?? [])),
    stages: stages.flatMap((stage) => {
      const time = spreadOf(facts.stays.filter((stay) => stay.stage === stage).map((stay) => stay.ms));
      return time === null ? [] : { stage, time };
    }),
    gates: [...groupBy(facts.gates, (run) => run.gate)].map(([gate, runs]) => gateStatistics(gate, runs)),
    agents: [...groupBy(facts.agents, (run) => run.agent)].map(([agent, runs]) => agentStatistics(agent, runs)),
  };
}

function gateStatistics(gate: string, runs: readonly GateRunFact[]): GateStatistics {
  const judged = runs.filter(({ verdict }) => verdict === 'passed' || verdict === 'failed');
  const trees = [...groupBy(judged, (run) => run.tree).values()];
  return {
    gate,
    runs: runs.length,
    passed: judged.filter(({ verdict }) => verdict === 'passed').length,
    failed: judged.filter(({ verdict }) => verdict === 'failed').length,
    trees: trees.length,
    flaky: trees.filter((all) => new Set(all.map(({ verdict }) => verdict)).size > 1).length,
    time: spreadOf(judged.map(({ ms }) => ms)),
  };
}

function agentStatistics(agent: string, runs: readonly AgentRunFact[]): AgentStatistics {
  const cold = runs.filter(({ mode }) => mode === 'cold');
  const why = [...groupBy(cold, (run) => run.why)].map(([reason, all]) => ({ why: reason, count: all.length }));
  return {
    agent,
    cold: cold.length,
    warm: runs.length - cold.length,
    whyCold: why.sort((a, b) => b.count - a.count),
    time: spreadOf(runs.flatMap(({ ms }) => ms ?? [])),
    turns: knownSum(runs.map(({ turns }) => turns)),
    tokens: knownSum(runs.map(({ tokens }) => tokens)),
    costUsd: knownSum(runs.map(({ costUsd }) => costUsd)),
  };
}

function knownSum(values: readonly (number | null)[]): KnownSum {
  const known = values.filter((value) => value !== null);
  return { sum: known.reduce((all, one) => all + one, 0), of: known.length };
}
