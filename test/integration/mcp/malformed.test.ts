import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { AGENT_TOOL_NAMES, type AgentToolName, type ToolAnswer } from '../../../src/core/agents/agentTools';
import { LeaderLine } from '../../../src/mcp/leaderLine';
import { agentSide, serverSide } from '../../../src/protocol/agentMessages';
import { MessageHandler, type Transport } from '../../../src/protocol/messageHandler';
import { TemporaryRepository } from '../../support/temporaryRepository';
import { waitFor } from '../../support/waitFor';
import { TestWindow } from '../engine/harness';
import { AgentScript } from './mcpFixture';

const KEYS = ['text', 'title', 'body', 'criterion', 'done', 'of', 'reason', 'question', 'key', 'story', '__proto__'];
const bad = fc.oneof(
  fc.constantFrom<unknown>(null, -1, 0.5, Infinity, '', true, [], {}, '../../x', 'x'.repeat(30_000), ['a']),
  fc.anything({ maxDepth: 2 }),
);
/** What fits no tool: whatever is asked, a name that nothing takes is among it. */
const misfit = fc.tuple(fc.dictionary(fc.constantFrom(...KEYS), bad, { maxKeys: 4 }), bad).map(([asked, odd]) => ({ ...asked, unheardOf: odd })); // prettier-ignore
/** What is no object at all. */
const misshapen = bad.filter((one) => typeof one !== 'object' || one === null || Array.isArray(one));
const otherNames = ['perform', 'moveTo', 'createStory', 'recoverHalfWritten', 'quarantine', 'setTarget', 'remove', 'push', 'toString', '__proto__', 'constructor']; // prettier-ignore

describe('requests of agents that make no sense', () => {
  it('[A10] 10,000 of them at the leader’s side use no tool', async () => {
    const used: string[] = [];
    const tools = Object.fromEntries(
      AGENT_TOOL_NAMES.map((name) => [
        name,
        () => {
          used.push(name);
          return Promise.resolve<ToolAnswer>({ kind: 'done', text: '' });
        },
      ]),
    ) as Record<AgentToolName, () => Promise<ToolAnswer>>;
    let receive: (message: unknown) => void = () => undefined;
    let answered = 0;
    const transport: Transport = {
      send: () => (answered += 1),
      listen: (take) => {
        receive = take;
        return { dispose: () => undefined };
      },
    };
    const problems: string[] = [];
    const handler = new MessageHandler({
      here: agentSide,
      there: serverSide,
      answers: { requests: tools, notifications: {} },
      transport,
      onProblem: (problem) => problems.push(problem),
    });
    const names = fc.oneof(fc.constantFrom<string>(...AGENT_TOOL_NAMES, ...otherNames), fc.string());
    const message = fc.oneof(
      fc.record({ t: fc.constant('q'), i: fc.string(), m: names, a: fc.tuple(fc.oneof(misfit, misshapen)) }), // prettier-ignore
      fc.anything({ maxDepth: 3 }),
    );
    fc.assert(
      fc.property(message, (one) => {
        receive(one);
      }),
      { numRuns: 10_000, seed: 20_261_126 },
    );
    await new Promise((resolve) => setImmediate(resolve));
    handler.dispose();
    assert.deepEqual(used, []);
    assert.ok(problems.length > 5000, String(problems.length));
    assert.ok(answered > 3000, String(answered));
  });

  it('[A10] hundreds of lines at the real server and 10,000 at the window that leads change nothing, are answered in words, and leave both usable', async () => {
    const repository = await TemporaryRepository.create();
    await repository.commit({ 'a.txt': 'a\n' }, 'Begin');
    const window = new TestWindow(repository);
    await window.open();
    const script = new AgentScript(repository.folder);
    try {
      const never = path.join(repository.folder, 'never');
      window.settings = { ...window.settings, agents: [script.profile([{ use: 'story_get' }, { until: never }])] };
      const story = await window.newStory('Greet', '- [ ] It greets\n');
      await window.must(story, 'Start');
      await waitFor('its first answer', () => script.report().length === 1);
      const folder = path.join(repository.path, '.git', 'switchyard', 'mcp');
      const [file = ''] = readdirSync(folder).filter((name) => !name.includes('opencode'));
      const { mcpServers } = JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as { mcpServers: { switchyard: { command: string; args: string[]; env: Record<string, string> } } }; // prettier-ignore
      const state = async (): Promise<unknown> => [window.engine.stories(), await window.session.bodyOf(story.key), await repository.git('for-each-ref')]; // prettier-ignore
      const before = await state();

      const { command, args, env } = mcpServers.switchyard;
      const server = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'ignore'] });
      let said = '';
      server.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
      const send = (message: unknown): boolean => server.stdin.write(`${typeof message === 'string' ? message : JSON.stringify(message)}\n`); // prettier-ignore
      const hello = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 't', version: '1' } };
      send({ jsonrpc: '2.0', id: 'hello', method: 'initialize', params: hello });
      send({ jsonrpc: '2.0', method: 'notifications/initialized' });
      const calls = fc.sample(fc.tuple(fc.constantFrom<string>(...AGENT_TOOL_NAMES, ...otherNames), misfit), { numRuns: 300, seed: 7 }); // prettier-ignore
      calls.forEach(([name, asked], id) => send({ jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: asked } })); // prettier-ignore
      for (const noise of fc.sample(fc.oneof(fc.string(), fc.json(), fc.constantFrom('{', '[]', '{"jsonrpc":"2.0","id":1}', '\u0000')), { numRuns: 100, seed: 7 })) send(noise.replaceAll('\n', ' ')); // prettier-ignore
      send({ jsonrpc: '2.0', id: 'last', method: 'tools/call', params: { name: 'story_get', arguments: {} } });
      await waitFor('the last answer', () => said.includes('"id":"last"') || said.includes('"last"'));
      const answers = said.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as { id?: unknown; result?: { isError?: boolean } }); // prettier-ignore
      const refused = answers.filter(({ id, result }) => typeof id === 'number' && result?.isError === true);
      assert.equal(refused.length, 300);
      assert.match(said, /story_get was not used: Unrecognized key: \\"unheardOf\\"/);
      assert.match(said, /There is no tool \\"recoverHalfWritten\\"\. There are: story_get, /);
      assert.deepEqual(await state(), before);
      // The same door as the server's, without what that refuses by itself.
      const line = new LeaderLine({ folder: env['SWITCHYARD_LEADER'] ?? '', token: env['SWITCHYARD_TOKEN'] ?? '' });
      const names = [...AGENT_TOOL_NAMES, ...otherNames] as AgentToolName[];
      const wrong = fc.sample(fc.tuple(fc.constantFrom(...names), fc.oneof(misfit, misshapen)), { numRuns: 10_000, seed: 11 }); // prettier-ignore
      assert.equal((await line.ask('story_get', {})).kind, 'done');
      const told = await Promise.all(wrong.map(([name, asked]) => line.ask(name, asked)));
      assert.equal(told.filter(({ kind }) => kind === 'refused').length, 10_000);
      assert.ok(
        told.every(({ text }) => !/closed before it answered|No VS Code window/.test(text)),
        'it is answered',
      );
      assert.deepEqual(await state(), before);
      const gone = once(server, 'exit');
      server.stdin.end();
      await gone;
    } finally {
      await window.close();
      await repository.dispose();
    }
  });
});
