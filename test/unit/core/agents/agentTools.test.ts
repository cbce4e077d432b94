import assert from 'node:assert/strict';
import { AGENT_TOOL_NAMES, AGENT_TOOLS, toolsOffered } from '../../../../src/core/agents/agentTools';
import { asAcpServer, asCodexOption, asMcpServersFile, asOpencodeFile } from '../../../../src/core/agents/mcpServer';
import { tickCriterion } from '../../../../src/core/story/criteria';
import { fillPlaceholders, fillVariables } from '../../../../src/core/agents/placeholders';
import { agentSide } from '../../../../src/protocol/agentMessages';
import { leaderSide } from '../../../../src/protocol/windowMessages';

const SERVER = {
  name: 'switchyard',
  command: 'C:\\Program Files\\node.exe',
  args: ['/a "b"/mcp.js'],
  env: { SWITCHYARD_TOKEN: 't' },
} as const;

describe('the tools of agents', () => {
  it('[A10, R4] are these and no others, and none takes a story, a gate, a setting or a path', () => {
    assert.deepEqual(AGENT_TOOL_NAMES, [
      'story_get',
      'criteria_tick',
      'progress',
      'block',
      'followup_create',
      'status_text',
      'feedback_get',
      'output_get',
      'merge_request',
      'review_verdict',
    ]);
    const asked = AGENT_TOOL_NAMES.flatMap((name) => Object.keys(AGENT_TOOLS[name].asks.def.shape));
    assert.deepEqual([...new Set(asked)].sort(), ['body', 'characters', 'criterion', 'done', 'findings', 'of', 'question', 'reason', 'text', 'title', 'type', 'verdict', 'word']); // prettier-ignore
  });

  it('[A1, A10] who reviews changes nothing of the story, and who works on it does not review it', () => {
    const [works, reviews] = [toolsOffered('works'), toolsOffered('reviews')];
    assert.deepEqual(AGENT_TOOL_NAMES.filter((name) => !works.includes(name)), ['review_verdict']); // prettier-ignore
    assert.deepEqual(AGENT_TOOL_NAMES.filter((name) => !reviews.includes(name)), ['criteria_tick', 'block', 'merge_request']); // prettier-ignore
  });

  it('[A10] are all that an agent’s connection takes in: not one message of a window is among them', () => {
    assert.deepEqual(Object.keys(agentSide.requests), AGENT_TOOL_NAMES);
    assert.deepEqual(agentSide.notifications, {});
    const ofWindows = Object.keys({ ...leaderSide.requests, ...leaderSide.notifications });
    assert.deepEqual(AGENT_TOOL_NAMES.filter((name) => ofWindows.includes(name)), []); // prettier-ignore
  });

  it('[A10] bound every text and number, and refuse what they do not know', () => {
    const { progress, followup_create: followup, output_get: output, block } = AGENT_TOOLS;
    assert.ok(progress.asks.safeParse({ text: 'x'.repeat(500) }).success);
    for (const text of ['', 'x'.repeat(501), 7, null]) assert.ok(!progress.asks.safeParse({ text }).success);
    assert.ok(!followup.asks.safeParse({ title: 'a', body: 'x'.repeat(20_001) }).success);
    assert.ok(!followup.asks.safeParse({ title: 'a', labels: ['x'] }).success);
    assert.ok(!output.asks.safeParse({ of: '../other:body' }).success);
    assert.ok(!output.asks.safeParse({ of: 'gates', characters: 1e9 }).success);
    assert.ok(!block.asks.safeParse({ reason: 'a', key: 'k2' }).success);
  });

  it('[A10] tick a criterion and nothing else of the text, and none that a command checks', () => {
    const body = 'A\r\n- [ ] one [ ]\r\n```\n- [ ] none\n```\n1. [X] two\n- [ ] three: `make`\n';
    assert.deepEqual(tickCriterion(body, 0, true), { kind: 'ticked', body: body.replace('- [ ] one', '- [x] one') });
    assert.deepEqual(tickCriterion(body, 1, false), { kind: 'ticked', body: body.replace('[X] two', '[ ] two') });
    assert.equal(tickCriterion(body, 2, true).kind, 'refused');
    assert.equal(tickCriterion(body, 3, true).kind, 'refused');
  });
});

describe('how agents are told of the server', () => {
  it('[A10] each in its own form, and nothing in a path ends a text', () => {
    assert.deepEqual(JSON.parse(asMcpServersFile(SERVER)), {
      mcpServers: { switchyard: { command: SERVER.command, args: SERVER.args, env: SERVER.env } },
    });
    assert.deepEqual(JSON.parse(asOpencodeFile(SERVER)), {
      mcp: {
        switchyard: {
          type: 'local',
          command: [SERVER.command, ...SERVER.args],
          environment: SERVER.env,
          enabled: true,
        },
      },
    });
    assert.equal(
      asCodexOption(SERVER, '/m.json'),
      String.raw`mcp_servers.switchyard={command="C:\\Program Files\\node.exe",args=["/a \"b\"/mcp.js","/m.json"],env={ELECTRON_RUN_AS_NODE="1"}}`,
    );
    assert.deepEqual(asAcpServer(SERVER), {
      name: 'switchyard',
      command: SERVER.command,
      args: [...SERVER.args],
      env: [{ name: 'SWITCHYARD_TOKEN', value: 't' }],
    });
  });

  it('[A10] an argument or a variable that tells of it is left out where there is none', () => {
    const values = { prompt: 'p', promptFile: '', number: '', title: '', branch: '', model: '', sessionId: '' };
    const none = { mcpConfig: '', opencodeConfig: '', codexMcp: '' };
    const some = { ...none, mcpConfig: '/m.json' };
    const fill = (mcp: typeof none) =>
      fillPlaceholders(['claude', '--mcp-config={mcpConfig}', '{prompt}'], { ...values, ...mcp });
    assert.deepEqual(fill(some), { kind: 'filled', command: ['claude', '--mcp-config=/m.json', 'p'] });
    assert.deepEqual(fill(none), { kind: 'filled', command: ['claude', 'p'] });
    const env = { A: '{mcpConfig}', B: '{opencodeConfig}', C: '{prompt}' };
    assert.deepEqual(fillVariables(env, some), { A: '/m.json', C: '{prompt}' });
  });
});
