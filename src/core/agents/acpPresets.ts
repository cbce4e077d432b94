/** A well-known agent that speaks the Agent Client Protocol, as it is offered for the settings. */
export interface AcpPreset {
  readonly name: string;
  /** To be found on PATH. */
  readonly program: string;
  readonly command: string;
  readonly env: Readonly<Record<string, string>>;
  /** With these it asks nothing; without them it asks a person before it changes or runs something. */
  readonly unasked: { readonly mode?: string; readonly options?: Readonly<Record<string, string | boolean>> };
  /** What a person should know before choosing it; empty when nothing. */
  readonly note: string;
}

/** As measured with the versions of November 2026; offered only where the program is found. */
export const ACP_PRESETS: readonly AcpPreset[] = [
  { name: 'opencode', program: 'opencode', command: 'opencode acp', env: {}, unasked: {}, note: 'It asks for nothing inside its folder.' }, // prettier-ignore
  {
    name: 'gemini',
    program: 'gemini',
    command: 'gemini --acp --skip-trust',
    env: {},
    unasked: { mode: 'yolo' },
    note: '',
  },
  { name: 'qwen', program: 'qwen', command: 'qwen --acp', env: {}, unasked: { mode: 'yolo' }, note: '' },
  {
    name: 'codex',
    program: 'codex-acp',
    command: 'codex-acp',
    env: {},
    unasked: { mode: 'agent-full-access' },
    note: 'Inside its own sandbox it cannot commit, because .git is read-only to it.',
  },
  {
    name: 'claude',
    program: 'claude-agent-acp',
    command: 'claude-agent-acp',
    env: {},
    unasked: { mode: 'bypassPermissions' },
    note: 'As root, such as in a container, its environment needs IS_SANDBOX=1 to work without asking.',
  },
  {
    name: 'cline',
    program: 'cline',
    command: 'cline --acp',
    env: { CLINE_SESSION_BACKEND_MODE: 'local' },
    unasked: { options: { auto_approve: 'true' } },
    note: '',
  },
  { name: 'kilo', program: 'kilo', command: 'kilo acp', env: {}, unasked: {}, note: 'It leaves refs under refs/kilo.' },
  {
    name: 'copilot',
    program: 'copilot',
    // It passes over the servers of its sessions that are programs.
    command: 'copilot --acp --additional-mcp-config=@{mcpConfig}',
    env: {},
    unasked: { options: { allow_all: 'on' } },
    note: '',
  },
];
