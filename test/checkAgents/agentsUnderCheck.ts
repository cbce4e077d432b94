import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { PresetName } from '../../src/core/agents/presets';

/** Where an agent under check lives: its home folder (absolute) and the model that it is to ask. */
export interface CheckPlace {
  readonly home: string;
  readonly url: string;
}

/** How a program from npm is checked. */
export interface AgentUnderCheck {
  readonly name: PresetName;
  /** Of the npm registry. */
  readonly package: string;
  /** Where it speaks the Agent Client Protocol through another package. */
  readonly acpPackage?: string;
  /** Writes the settings by which it asks the scripted model, below its home; returns the variables that it needs for that. */
  readonly prepare: (place: CheckPlace) => Promise<Readonly<Record<string, string>>>;
  /** Commands of its own (arguments) that set it up, run once in its home. */
  readonly setUp?: (place: CheckPlace) => readonly (readonly string[])[];
  /** Why its model cannot be replaced, so that nothing but its start is checked; null where it can. */
  readonly cannot: string | null;
}

const KEY = 'no-real-key';

async function put(home: string, name: string, value: unknown): Promise<void> {
  const file = path.join(home, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, typeof value === 'string' ? value : JSON.stringify(value, null, 2));
}

const likeOpencode = (url: string): object => ({
  model: 'scripted/scripted',
  small_model: 'scripted/scripted',
  autoupdate: false,
  share: 'disabled',
  provider: {
    scripted: {
      npm: '@ai-sdk/openai-compatible',
      name: 'Scripted',
      options: { baseURL: `${url}/v1`, apiKey: KEY },
      models: { scripted: { name: 'Scripted', tool_call: true, limit: { context: 100_000, output: 8000 } } },
    },
  },
});

export const AGENTS_UNDER_CHECK: readonly AgentUnderCheck[] = [
  {
    name: 'opencode',
    package: 'opencode-ai',
    cannot: null,
    prepare: async ({ home, url }) => {
      await put(home, '.config/opencode/opencode.json', likeOpencode(url));
      return { OPENCODE_DISABLE_AUTOUPDATE: '1', OPENCODE_DISABLE_MODELS_FETCH: '1' };
    },
  },
  {
    name: 'gemini',
    package: '@google/gemini-cli',
    cannot: null,
    prepare: async ({ home, url }) => {
      await put(home, '.gemini/settings.json', {
        security: { auth: { selectedType: 'gemini-api-key' } },
        privacy: { usageStatisticsEnabled: false },
        general: { disableAutoUpdate: true },
      });
      return {
        GEMINI_API_KEY: KEY,
        GOOGLE_GEMINI_BASE_URL: url,
        GEMINI_MODEL: 'gemini-2.5-pro',
        GEMINI_CLI_NO_RELAUNCH: 'true',
      };
    },
  },
  {
    name: 'qwen',
    package: '@qwen-code/qwen-code',
    cannot: null,
    prepare: async ({ home, url }) => {
      await put(home, '.qwen/settings.json', {
        security: { auth: { selectedType: 'openai' } },
        privacy: { usageStatisticsEnabled: false },
        general: { disableAutoUpdate: true },
      });
      return { OPENAI_API_KEY: KEY, OPENAI_BASE_URL: `${url}/v1`, OPENAI_MODEL: 'scripted' };
    },
  },
  {
    name: 'codex',
    package: '@openai/codex',
    acpPackage: '@agentclientprotocol/codex-acp',
    cannot: null,
    prepare: async ({ home, url }) => {
      const lines = [
        'model = "scripted"',
        'model_provider = "scripted"',
        '[model_providers.scripted]',
        'name = "Scripted"',
        `base_url = "${url}/v1"`,
        'env_key = "SCRIPTED_KEY"',
        'wire_api = "responses"',
        'request_max_retries = 1',
        'stream_max_retries = 1',
      ];
      await put(home, '.codex/config.toml', `${lines.join('\n')}\n`);
      return { CODEX_HOME: path.join(home, '.codex'), SCRIPTED_KEY: KEY };
    },
  },
  {
    name: 'cline',
    package: 'cline',
    cannot: null,
    prepare: ({ home }) => Promise.resolve({ CLINE_DIR: path.join(home, '.cline') }),
    setUp: ({ url }) => [
      ['auth', '--provider', 'openai', '--apikey', KEY, '--modelid', 'scripted', '--baseurl', `${url}/v1`],
    ],
  },
  {
    name: 'kilo',
    package: '@kilocode/cli',
    cannot: null,
    prepare: async ({ home, url }) => {
      await put(home, '.config/kilo/opencode.json', likeOpencode(url));
      return { KILO_DISABLE_AUTOUPDATE: '1', KILO_DISABLE_MODELS_FETCH: '1', KILO_NO_DAEMON: '1' };
    },
  },
  {
    name: 'claude',
    package: '@anthropic-ai/claude-code',
    acpPackage: '@agentclientprotocol/claude-agent-acp',
    cannot: null,
    prepare: ({ url }) =>
      Promise.resolve({
        ANTHROPIC_BASE_URL: url,
        ANTHROPIC_API_KEY: KEY,
        IS_SANDBOX: '1',
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
        CLAUDE_CODE_MAX_RETRIES: '1',
      }),
  },
  {
    name: 'copilot',
    package: '@github/copilot',
    cannot: null,
    prepare: ({ home, url }) =>
      Promise.resolve({
        COPILOT_HOME: path.join(home, '.copilot'),
        COPILOT_OFFLINE: 'true',
        COPILOT_PROVIDER_BASE_URL: `${url}/v1`,
        COPILOT_PROVIDER_TYPE: 'openai',
        COPILOT_PROVIDER_API_KEY: KEY,
        COPILOT_MODEL: 'gpt-4.1',
      }),
  },
  {
    name: 'auggie',
    package: '@augmentcode/auggie',
    cannot: 'its service cannot be replaced, and it asks for a login',
    prepare: () => Promise.resolve({ AUGMENT_DISABLE_AUTO_UPDATE: '1' }),
  },
];
