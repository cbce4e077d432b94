import type { DialectName } from './output/dialects';

/** A well-known coding agent that runs as a command line, and how it works without anyone to ask. All of it is data. */
export interface AgentPreset {
  readonly name: PresetName;
  /** To be found on PATH. */
  readonly program: string;
  /** One run without questions, as a line. It may do anything in its folder that this person may; that is what a person approves. */
  readonly command: string;
  readonly env: Readonly<Record<string, string>>;
  /** What a person should know before choosing it; empty when nothing. */
  readonly note: string;
  /** Whose lines of JSON it prints. */
  readonly dialect: DialectName;
  /** Further arguments go right behind this one of the command; null: right behind the program. */
  readonly after: string | null;
  /**
   * Where the id of its conversation comes from. `chosen`: these arguments give it one; `printed`: it prints one; `none`: it
   * can go on with nothing.
   */
  readonly session:
    | { readonly kind: 'chosen'; readonly args: readonly string[] }
    | { readonly kind: 'printed' | 'none' };
  /** Going on with a conversation: arguments for that, and those that stand right before the prompt; null where it cannot. */
  readonly resume: { readonly args: readonly string[]; readonly beforePrompt: readonly string[] } | null;
  readonly model: readonly string[];
  /** Limits that it keeps by itself, each with what stands for the number as `{limit}`. */
  readonly limits: Readonly<Partial<Record<'turns' | 'usd', readonly string[]>>>;
  /** A prompt that cannot be an argument: on its standard input, or in a file that its argument names. */
  readonly longPrompt: 'input' | 'file';
  /** Whether its tokens are those of this run, or of the whole conversation. */
  readonly counts: 'run' | 'session';
}

export const PRESET_NAMES = [
  'opencode',
  'gemini',
  'qwen',
  'codex',
  'cline',
  'kilo',
  'claude',
  'copilot',
  'auggie',
] as const;
export type PresetName = (typeof PRESET_NAMES)[number];

const NO_LIMITS = {};
const RESUME = { args: ['--resume', '{sessionId}'], beforePrompt: [] };
const CHOSEN = { kind: 'chosen', args: ['--session-id', '{sessionId}'] } as const;
const MODEL = ['--model', '{model}'];
/** Kilo comes from opencode, and talks and goes on as it does. */
const LIKE_OPENCODE = {
  dialect: 'opencode',
  after: 'run',
  session: { kind: 'printed' },
  resume: { args: ['--session', '{sessionId}'], beforePrompt: [] },
  model: MODEL,
  limits: NO_LIMITS,
  longPrompt: 'input',
  counts: 'run',
} as const satisfies Partial<AgentPreset>;

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
    ...LIKE_OPENCODE,
  },
  {
    name: 'gemini',
    program: 'gemini',
    command: 'gemini --output-format stream-json --yolo --skip-trust -p {prompt}',
    env: {},
    note: 'A limit of turns can be set as model.maxSessionTurns in its settings.json. It uses Switchyard’s tools over ACP alone.',
    dialect: 'gemini',
    after: null,
    session: CHOSEN,
    resume: RESUME,
    model: MODEL,
    limits: NO_LIMITS,
    longPrompt: 'input',
    counts: 'run',
  },
  {
    name: 'qwen',
    program: 'qwen',
    command: 'qwen --output-format stream-json --approval-mode yolo {prompt}',
    env: { QWEN_CODE_SYSTEM_DEFAULTS_PATH: '{mcpConfig}' },
    note: 'It adds a trailer to commits and notes under refs/notes/ai-attribution.',
    dialect: 'claude',
    after: null,
    session: CHOSEN,
    resume: RESUME,
    model: MODEL,
    limits: { turns: ['--max-session-turns', '{limit}'] },
    longPrompt: 'input',
    counts: 'run',
  },
  {
    name: 'codex',
    program: 'codex',
    command:
      'codex exec --json --config={codexMcp} -c sandbox_mode=workspace-write -c sandbox_workspace_write.network_access=true -c sandbox_workspace_write.writable_roots={gitRoots} {prompt}',
    env: {},
    note: 'It works in its own sandbox, in which it may write the worktree and what a commit needs of the git folder. Where the system has no such sandbox, --dangerously-bypass-approvals-and-sandbox takes the place of the three -c settings.',
    dialect: 'codex',
    after: 'exec',
    session: { kind: 'printed' },
    resume: { args: ['resume'], beforePrompt: ['{sessionId}'] },
    model: MODEL,
    limits: NO_LIMITS,
    longPrompt: 'input',
    counts: 'session',
  },
  {
    name: 'cline',
    program: 'cline',
    command: 'cline --json --auto-approve true {prompt}',
    env: { CLINE_SESSION_BACKEND_MODE: 'local', CLINE_MCP_SETTINGS_PATH: '{mcpConfig}' },
    note: 'One environment variable keeps it from leaving a background process behind. The other tells it of Switchyard’s tools, in the place of your own tool servers. It cannot go on with a conversation from a command line.',
    dialect: 'cline',
    after: null,
    session: { kind: 'none' },
    resume: null,
    model: MODEL,
    limits: NO_LIMITS,
    longPrompt: 'file',
    counts: 'run',
  },
  {
    name: 'kilo',
    program: 'kilo',
    command: 'kilo run --format json --auto {prompt}',
    env: { KILO_CONFIG: '{opencodeConfig}' },
    note: 'It leaves refs under refs/kilo.',
    ...LIKE_OPENCODE,
  },
  {
    name: 'claude',
    program: 'claude',
    command:
      'claude -p --output-format stream-json --verbose --permission-mode bypassPermissions --mcp-config={mcpConfig} {prompt}',
    env: {},
    note: 'As root, such as in a container, its environment needs IS_SANDBOX=1.',
    dialect: 'claude',
    after: null,
    session: CHOSEN,
    resume: RESUME,
    model: MODEL,
    limits: { turns: ['--max-turns', '{limit}'], usd: ['--max-budget-usd', '{limit}'] },
    longPrompt: 'input',
    counts: 'run',
  },
  {
    name: 'copilot',
    program: 'copilot',
    command:
      'copilot --output-format json --allow-all-tools --no-auto-update --additional-mcp-config=@{mcpConfig} -p {prompt}',
    env: {},
    note: '',
    dialect: 'copilot',
    after: null,
    session: { kind: 'chosen', args: ['--session-id={sessionId}'] },
    resume: { args: ['--resume={sessionId}'], beforePrompt: [] },
    model: MODEL,
    limits: NO_LIMITS,
    longPrompt: 'file',
    counts: 'run',
  },
  {
    name: 'auggie',
    program: 'auggie',
    command: 'auggie --print --output-format json --mcp-config={mcpConfig} {prompt}',
    env: {},
    note: 'It needs a login first. Taken from its help text, not measured.',
    dialect: 'auggie',
    after: null,
    session: { kind: 'printed' },
    resume: RESUME,
    model: MODEL,
    limits: NO_LIMITS,
    longPrompt: 'file',
    counts: 'run',
  },
];

export function presetNamed(name: PresetName): AgentPreset | null {
  return AGENT_PRESETS.find((one) => one.name === name) ?? null;
}
