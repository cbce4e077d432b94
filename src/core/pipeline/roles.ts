import type { StageName } from '../story/stage';

/** What an agent is for. */
export const AGENT_ROLES = ['coder', 'qa', 'mergemaster'] as const;
export type AgentRole = (typeof AGENT_ROLES)[number];

/** What an agent is at work on a story for. One whose role is `qa` is its reviewer. */
export const RUN_ROLES = ['coder', 'reviewer', 'mergemaster'] as const;
export type RunRole = (typeof RUN_ROLES)[number];

/** What an agent does that is put to a story in a stage. */
export const ROLE_IN: Readonly<Partial<Record<StageName, RunRole>>> = {
  Coding: 'coder',
  QA: 'reviewer',
  MergeFailure: 'mergemaster',
};

/** Names of agents by what they do, the first that is configured first. */
export type AgentNames = Readonly<Record<RunRole, readonly string[]>>;

/** Where a story keeps the name of the agent that a person chose for it. */
export const CHOSEN_AS = { coder: 'agent', reviewer: 'reviewer', mergemaster: 'mergemaster' } as const;
