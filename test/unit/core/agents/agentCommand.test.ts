import assert from 'node:assert/strict';
import {
  canResume,
  choosesSession,
  dialectOf,
  launchTemplate,
  presetOf,
} from '../../../../src/core/agents/agentCommand';
import { DIALECTS } from '../../../../src/core/agents/output/dialects';
import { fillPlaceholders, fillVariables } from '../../../../src/core/agents/placeholders';
import { ACP_PRESETS } from '../../../../src/core/agents/acpPresets';
import { AGENT_PRESETS, type PresetName } from '../../../../src/core/agents/presets';
import { agentProfileSchema, type AgentProfile } from '../../../../src/core/agents/profile';

function profileOf(command: string, more: object = {}): AgentProfile {
  return agentProfileSchema.parse({ name: 'coder', command, ...more });
}

function line(command: string, mode: 'cold' | 'warm', more: object = {}, resume: string | null = null): string {
  const templates = { command: command.split(' '), resume: resume?.split(' ') ?? null };
  return launchTemplate(profileOf(command, more), templates, { mode }).join(' ');
}

const commandOf = (name: PresetName): string => AGENT_PRESETS.find((one) => one.name === name)?.command ?? '';

/** As measured with the programs themselves; of auggie as its help says. */
const COLD: Readonly<Record<PresetName, string>> = {
  opencode: 'opencode run --format json --auto {prompt}',
  gemini: 'gemini --session-id {sessionId} --output-format stream-json --yolo --skip-trust -p {prompt}',
  qwen: 'qwen --session-id {sessionId} --output-format stream-json --approval-mode yolo {prompt}',
  codex: `${AGENT_PRESETS.find((one) => one.name === 'codex')?.command}`,
  cline: 'cline --json --auto-approve true {prompt}',
  kilo: 'kilo run --format json --auto {prompt}',
  claude:
    'claude --session-id {sessionId} -p --output-format stream-json --verbose --permission-mode bypassPermissions {prompt}',
  copilot: 'copilot --session-id={sessionId} --output-format json --allow-all-tools --no-auto-update -p {prompt}',
  auggie: 'auggie --print --output-format json {prompt}',
};
const SANDBOX = '-c sandbox_mode=workspace-write -c sandbox_workspace_write.network_access=true -c sandbox_workspace_write.writable_roots={gitRoots}'; // prettier-ignore
const WARM: Readonly<Partial<Record<PresetName, string>>> = {
  opencode: 'opencode run --session {sessionId} --format json --auto {prompt}',
  gemini: 'gemini --resume {sessionId} --output-format stream-json --yolo --skip-trust -p {prompt}',
  qwen: 'qwen --resume {sessionId} --output-format stream-json --approval-mode yolo {prompt}',
  codex: `codex exec resume --json ${SANDBOX} {sessionId} {prompt}`,
  kilo: 'kilo run --session {sessionId} --format json --auto {prompt}',
  claude:
    'claude --resume {sessionId} -p --output-format stream-json --verbose --permission-mode bypassPermissions {prompt}',
  copilot: 'copilot --resume={sessionId} --output-format json --allow-all-tools --no-auto-update -p {prompt}',
  auggie: 'auggie --resume {sessionId} --print --output-format json {prompt}',
};

describe('how an agent is started', () => {
  for (const { name, command, dialect } of AGENT_PRESETS) {
    const told = command.split(' ').find((part) => part.includes('{mcpConfig}') || part.includes('{codexMcp}'));
    const withoutMcp = (text: string): string => text.replace(` ${told}`, '');
    it(`[A4] ${name} begins a conversation and goes on with it as its program takes it, and its output is read`, () => {
      assert.equal(withoutMcp(line(command, 'cold')), withoutMcp(COLD[name]));
      const profile = profileOf(command);
      assert.equal(canResume(profile, command.split(' ')), WARM[name] !== undefined);
      if (WARM[name] !== undefined) assert.equal(withoutMcp(line(command, 'warm')), WARM[name]);
      assert.equal(dialectOf(profile, command.split(' ')), DIALECTS[dialect]);
      assert.equal(choosesSession(profile, command.split(' ')), COLD[name].includes('{sessionId}'));
    });
  }

  it('[A10] each preset tells its agent of Switchyard’s tools in the way that its program takes, for that run alone', () => {
    const mcp = { mcpConfig: '/m/1.json', opencodeConfig: '/m/1.opencode.json', codexMcp: 'mcp_servers.switchyard={}' };
    const values = { prompt: 'P', promptFile: '/p', number: '1', title: 'T', branch: 'b', model: '', sessionId: 's' };
    const told = AGENT_PRESETS.map(({ name, command, env }) => {
      const start = (ways: typeof mcp): string[] => {
        const filled = fillPlaceholders(command.split(' '), { ...values, ...ways });
        assert.ok(filled.kind === 'filled');
        return [...filled.command, ...Object.entries(fillVariables(env, ways)).map((pair) => pair.join('='))];
      };
      const none = start({ mcpConfig: '', opencodeConfig: '', codexMcp: '' });
      return [name, ...start(mcp).filter((part) => !none.includes(part))];
    });
    assert.deepEqual(told, [
      ['opencode', 'OPENCODE_CONFIG=/m/1.opencode.json'],
      // It takes servers from its settings alone, and a further file of those only from root.
      ['gemini'],
      ['qwen', 'QWEN_CODE_SYSTEM_DEFAULTS_PATH=/m/1.json'],
      ['codex', '--config=mcp_servers.switchyard={}'],
      ['cline', 'CLINE_MCP_SETTINGS_PATH=/m/1.json'],
      ['kilo', 'KILO_CONFIG=/m/1.opencode.json'],
      ['claude', '--mcp-config=/m/1.json'],
      ['copilot', '--additional-mcp-config=@/m/1.json'],
      ['auggie', '--mcp-config=/m/1.json'],
    ]);
    // Over ACP their sessions name the server; Copilot passes over one that is a program.
    const byCommand = ACP_PRESETS.filter(({ command }) => command.includes('{')).map(({ command }) => command);
    assert.deepEqual(byCommand, ['copilot --acp --additional-mcp-config=@{mcpConfig}']);
  });

  it('[A1] a command of one’s own stays as it stands, and is none of the presets unless it has all of one’s arguments', () => {
    const own = 'claude -p {prompt}';
    assert.equal(presetOf(profileOf(own), own.split(' ')), null);
    assert.equal(line(own, 'cold', { model: 'opus' }), own);
    const more =
      '/opt/bin/claude --mcp-config x -p --output-format stream-json --verbose --permission-mode bypassPermissions {prompt}';
    assert.equal(presetOf(profileOf(more), more.split(' '))?.name, 'claude');
    assert.equal(presetOf(profileOf(own, { preset: 'claude' }), own.split(' '))?.name, 'claude');
    assert.equal(
      dialectOf(profileOf('my-agent {prompt}', { dialect: 'codex' }), ['my-agent', '{prompt}']),
      DIALECTS.codex,
    );
  });

  it('[A4] a command that chooses the id itself goes on without choosing it again, or by a command of its own', () => {
    const own = 'claude --session-id {sessionId} -p {prompt}';
    assert.equal(line(own, 'cold', { preset: 'claude' }), own);
    assert.equal(line(own, 'warm', { preset: 'claude' }), 'claude --resume {sessionId} -p {prompt}');
    assert.equal(line('copilot --session-id={sessionId} -p {prompt}', 'warm', { preset: 'copilot' }), 'copilot --resume={sessionId} -p {prompt}'); // prettier-ignore
    const profile = profileOf('my-agent --id {sessionId} {prompt}', {
      resume: 'my-agent --again {sessionId} {prompt}',
    });
    assert.ok(canResume(profile, ['my-agent', '--id', '{sessionId}', '{prompt}']));
    assert.equal(line('my-agent {prompt}', 'warm', {}, 'my-agent --again {sessionId} {prompt}'), 'my-agent --again {sessionId} {prompt}'); // prettier-ignore
    assert.ok(!canResume(profileOf('my-agent {prompt}'), ['my-agent', '{prompt}']));
  });

  it('[A6] limits that the agent keeps by itself are among its arguments, once', () => {
    const limits = { limits: { silenceMinutes: 15, turns: 30, usd: 2.5 } };
    assert.match(line(commandOf('claude'), 'cold', limits), /--max-turns 30 --max-budget-usd 2\.5 -p /);
    assert.match(line(commandOf('qwen'), 'warm', limits), /--max-session-turns 30 --output-format/);
    assert.equal(line(commandOf('opencode'), 'cold', limits), commandOf('opencode'));
    const own = `${commandOf('claude')} --max-turns 5`;
    assert.doesNotMatch(line(own, 'cold', limits), /--max-turns 30/);
    assert.match(line(commandOf('codex'), 'cold', { model: 'gpt' }), /^codex exec --model \{model\} --json/);
  });
});
