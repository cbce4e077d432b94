/** A well-known coding agent that runs as a command line, and how it works without anyone to ask. */
export interface AgentPreset {
  readonly name: string;
  /** To be found on PATH. */
  readonly program: string;
  /** One run without questions, as a line. It may do anything in its folder that this person may; that is what a person approves. */
  readonly command: string;
  readonly env: Readonly<Record<string, string>>;
  /** What a person should know before choosing it; empty when nothing. */
  readonly note: string;
}

/**
 * As measured with the versions of November 2026. These programs change monthly: a preset is an offer to start from,
 * written into the person's settings, where it can be changed.
 */
export const AGENT_PRESETS: readonly AgentPreset[] = [
  {
    name: 'opencode',
    program: 'opencode',
    command: 'opencode run --format json --auto {prompt}',
    env: { OPENCODE_CONFIG: '{opencodeConfig}' },
    note: '',
  },
  {
    name: 'gemini',
    program: 'gemini',
    command: 'gemini --output-format stream-json --yolo --skip-trust -p {prompt}',
    env: {},
    note: 'A limit of turns can be set as model.maxSessionTurns in its settings.json.',
  },
  {
    name: 'qwen',
    program: 'qwen',
    command: 'qwen --output-format stream-json --approval-mode yolo {prompt}',
    env: { QWEN_CODE_SYSTEM_DEFAULTS_PATH: '{mcpConfig}' },
    note: 'It adds a trailer to commits and notes under refs/notes/ai-attribution.',
  },
  {
    name: 'codex',
    program: 'codex',
    command: 'codex exec --json --config={codexMcp} --dangerously-bypass-approvals-and-sandbox {prompt}',
    env: {},
    note: 'Inside its own sandbox it cannot commit, because .git is read-only to it; so this runs it without.',
  },
  {
    name: 'cline',
    program: 'cline',
    command: 'cline --json --auto-approve true {prompt}',
    env: { CLINE_SESSION_BACKEND_MODE: 'local' },
    note: 'The environment variable keeps it from leaving a background process behind.',
  },
  {
    name: 'kilo',
    program: 'kilo',
    command: 'kilo run --format json --auto {prompt}',
    env: { KILO_CONFIG: '{opencodeConfig}' },
    note: 'It leaves refs under refs/kilo.',
  },
  {
    name: 'claude',
    program: 'claude',
    command:
      'claude -p --output-format stream-json --verbose --permission-mode bypassPermissions --mcp-config={mcpConfig} {prompt}',
    env: {},
    note: 'As root, such as in a container, its environment needs IS_SANDBOX=1.',
  },
  {
    name: 'copilot',
    program: 'copilot',
    command: 'copilot --output-format json --allow-all-tools --no-auto-update -p {prompt}',
    env: {},
    note: '',
  },
  {
    name: 'auggie',
    program: 'auggie',
    command: 'auggie --print --output-format json {prompt}',
    env: {},
    note: 'It needs a login first. Taken from its help text, not measured.',
  },
];
