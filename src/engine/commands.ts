import { approvalText } from '../core/agents/approval';
import { readAgentProfiles, type AgentProfile } from '../core/agents/profile';
import type { Oid } from '../core/story/stage';
import { chooseGates, type GatesChoice } from '../gates/chooseGates';
import type { EnginePorts } from './ports';

/** Every command that is configured, read and checked. */
export interface Commands {
  readonly gates: GatesChoice;
  /** The agent that codes; null where people do it. */
  readonly coder: AgentProfile | null;
  /** What is wrong with the configured agents, in one sentence. */
  readonly agentProblem: string | null;
  /** The list as a person reads it, one command a line; empty where nothing is configured. */
  readonly text: string;
  /** What an approval is bound to: this list in this repository; empty where nothing is configured. */
  readonly subject: string;
}

type CommandPorts = Pick<EnginePorts, 'git' | 'settings' | 'folders'>;

/** The gates that count: from the configuration at this commit of the target, else from the settings. */
export function readGates(
  { git, settings }: Pick<CommandPorts, 'git' | 'settings'>,
  commit: Oid,
): Promise<GatesChoice> {
  const { gates, reviewPaths } = settings();
  return chooseGates({ readFileAt: (path) => git.readFileAt(commit, path), settings: { gates, reviewPaths } });
}

/** `targetTip` null: there is no target, so only the settings count. */
export async function readCommands(ports: CommandPorts, targetTip: Oid | null): Promise<Commands> {
  const { gates: inSettings, agents, reviewPaths } = ports.settings();
  const gates =
    targetTip !== null
      ? await readGates(ports, targetTip)
      : await chooseGates({ readFileAt: () => Promise.resolve(null), settings: { gates: inSettings, reviewPaths } });
  const profiles = readAgentProfiles(agents);
  const known = profiles.kind === 'ok' ? profiles.profiles : [];
  const text = approvalText({ gates: gates.kind === 'gates' ? gates.config : [], agents: known });
  return {
    gates,
    coder: known.find((profile) => profile.role === 'coder') ?? null,
    agentProblem: profiles.kind === 'ok' ? null : `The setting for agents: ${profiles.problems.join(' ')}`,
    text,
    subject: text === '' ? '' : `${ports.folders.mainWorktree}\n${text}`,
  };
}
