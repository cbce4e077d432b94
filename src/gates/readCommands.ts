import { approvalText } from '../core/agents/approval';
import { meansReviewer, readAgentProfiles, type AgentProfile } from '../core/agents/profile';
import { chosenName, type Choices } from '../core/pipeline/agentName';
import type { AgentNames, AgentRole, RunRole } from '../core/pipeline/roles';
import type { Oid } from '../core/story/stage';
import type { Refs } from '../ports/refs';
import { chooseGates, type GatesChoice } from './chooseGates';

/**
 * Every command that is configured, read and checked at one moment. What runs, what a person approved and what a review
 * looks at come from the same reading: nothing is read again in between.
 */
export interface Commands {
  /** With the paths that a review looks at. */
  readonly gates: GatesChoice;
  /** By what they do, those that are configured first before others; none where people do it. */
  readonly agents: Readonly<Record<RunRole, readonly AgentProfile[]>>;
  /** Whether there is to be one, also where it cannot be read: nothing goes past it then. */
  readonly isReviewed: boolean;
  /** What is wrong with the configured agents, in one sentence. */
  readonly agentProblem: string | null;
  /** The list as a person reads it, one command a line; empty where nothing is configured. */
  readonly text: string;
  /** What an approval is bound to: this list in this repository; empty where nothing is configured. */
  readonly subject: string;
}

/** The agent that does this for the story: the one that it names, else the first. */
export function agentOf(
  role: RunRole,
  { agents: { [role]: agents } }: Pick<Commands, 'agents'>,
  story: Choices,
): AgentProfile | null {
  const chosen = chosenName(
    role,
    agents.map(({ name }) => name),
    story,
  );
  return agents.find(({ name }) => name === chosen) ?? null;
}

/** None before anything was read. */
export function namesOf(commands: Commands | null): AgentNames {
  const names = (role: RunRole): string[] => commands?.agents[role].map(({ name }) => name) ?? [];
  return { coder: names('coder'), reviewer: names('reviewer'), mergemaster: names('mergemaster') };
}

/** The settings that say what may be executed, unread. */
export interface CommandSettings {
  readonly gates: unknown;
  readonly agents: unknown;
  readonly reviewPaths: readonly string[] | null;
  readonly reviewMaxFileMB?: number | null;
  /** How worktrees are made ready, unread. */
  readonly worktree?: unknown;
}

export interface CommandPorts {
  readonly git: Pick<Refs, 'readFileAt'>;
  readonly settings: () => CommandSettings;
  readonly folders: { readonly mainWorktree: string };
}

/** `targetTip` null: there is no target, so only the settings count. */
export async function readCommands({ git, settings, folders }: CommandPorts, targetTip: Oid | null): Promise<Commands> {
  const now = settings();
  const readFileAt = (path: string): Promise<string | null> =>
    targetTip === null ? Promise.resolve(null) : remembered(git, targetTip, path);
  const gates = await chooseGates({ readFileAt, settings: now });
  const profiles = readAgentProfiles(now.agents);
  const known = profiles.kind === 'ok' ? profiles.profiles : [];
  const ofRole = (role: AgentRole): AgentProfile[] => known.filter((profile) => profile.role === role);
  const list = approvalText({
    gates: gates.kind === 'invalid' ? [] : gates.config,
    worktree: gates.kind === 'invalid' ? {} : gates.worktree.config,
    agents: known,
  });
  return {
    gates,
    agents: { coder: ofRole('coder'), reviewer: ofRole('qa'), mergemaster: ofRole('mergemaster') },
    isReviewed: meansReviewer(now.agents),
    agentProblem: profiles.kind === 'ok' ? null : `The setting for agents: ${profiles.problems.join(' ')}`,
    text: list,
    subject: list === '' ? '' : `${folders.mainWorktree}\n${list}`,
  };
}

/** Files of the commits that were asked for last, by repository. What a commit holds never changes. */
const known = new WeakMap<CommandPorts['git'], Map<string, string | null>>();
const KEPT = 16;

async function remembered(git: CommandPorts['git'], commit: Oid, path: string): Promise<string | null> {
  const texts = known.get(git) ?? new Map<string, string | null>();
  known.set(git, texts);
  const name = `${commit}:${path}`;
  const before = texts.get(name);
  const text = before === undefined ? await git.readFileAt(commit, path) : before;
  // What was asked for last stays longest.
  texts.delete(name);
  texts.set(name, text);
  for (const oldest of texts.keys()) if (texts.size > KEPT) texts.delete(oldest);
  return text;
}
