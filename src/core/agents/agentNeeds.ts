import { programName } from './programName';

/** What a well-known agent needs before it can work. */
export interface AgentNeeds {
  /** The lowest version of Node that it runs with, by its own package; null where it brings what it needs. */
  readonly node: number | null;
  /** How a person logs in, to be typed into a terminal. */
  readonly login: string;
}

/** By the name of the program, whether it is started as a command line or talked with. */
const NEEDS: Readonly<Record<string, AgentNeeds>> = {
  opencode: { node: null, login: 'opencode auth login' },
  gemini: { node: 20, login: 'gemini' },
  qwen: { node: 22, login: 'qwen auth' },
  codex: { node: 16, login: 'codex login' },
  'codex-acp': { node: null, login: 'codex login' },
  cline: { node: null, login: 'cline auth' },
  kilo: { node: null, login: 'kilo auth login' },
  claude: { node: null, login: 'claude auth login' },
  'claude-agent-acp': { node: null, login: 'claude auth login' },
  copilot: { node: 22, login: 'copilot login' },
  auggie: { node: 20, login: 'auggie login' },
};

/** Of the agent that a command starts (split into arguments); null for one that is not known. */
export function needsOf(template: readonly string[]): AgentNeeds | null {
  return NEEDS[programName(template)] ?? null;
}
