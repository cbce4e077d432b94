#!/usr/bin/env node
/**
 * A coding agent without a model that speaks the Agent Client Protocol, built on the SDK's side for agents. It does what the
 * block of the prompt says that begins with ```acp, a step a line:
 *
 *   say TEXT              says it                          write PATH TEXT       writes a file, and tells of the change
 *   commit MESSAGE        commits everything               ask run COMMAND       asks, and ends its turn where refused
 *   ask edit PATH         asks, and changes the file       run PROGRAM ARGS      runs it without asking
 *   drop FILE run COMMAND       asks, and takes that back once FILE exists
 *   wonder run COMMAND          asks, and goes on without the answer
 *   pour N                says N times a megabyte
 *   until FILE            waits until that file exists     hang                  answers nothing more
 *   flood N               says N lines                     crash                 ends with status 9
 *   unknown               tells what no schema knows       late                  tells of a call that it never announced
 *   usage                 tells tokens and cost            error CODE TEXT       ends the turn with that error
 *   verdict WORD                says the verdict that the prompt of a review asks for
 *   trial                       asks, and writes and commits what the prompt of a try tells
 *   restless FILE         works on after its turn, until its session is closed, and says so in the file
 *
 * A later prompt without a block is what a person wrote: it goes into said.txt and is committed. ACP_AGENT in its environment
 * is JSON: `state` (folder of its sessions), and which of these it can or does: `load`, `resume`, `close`, `modes`, `options`,
 * `lateReplay`, `loseSessions`, `login`, `version`, `forgetMode`, `stubborn`, `cancelsAtEnd` (its turn, id 2, once its input is
 * closed); `script` stands for the block of a first prompt.
 */
/* global AbortController */
import { execFile } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { Readable, Writable } from 'node:stream';
import { setInterval } from 'node:timers';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { agent, methods, ndJsonStream, RequestError } from '@agentclientprotocol/sdk';

const execute = promisify(execFile);
/** @type {Record<string, any>} */
const can = JSON.parse(process.env['ACP_AGENT'] ?? '{}');
const state = can['state'] ?? null;
/** @type {Map<string, { cwd: string, turn: AbortController, mode: string, said: string[], closed: boolean }>} */
const sessions = new Map();
let calls = 0;

/** @param {string} line */
const note = (line) =>
  state !== null && (mkdirSync(state, { recursive: true }), appendFileSync(path.join(state, 'log'), `${line}\n`));

const modes = (/** @type {string} */ current) =>
  can['modes'] ? { modes: { currentModeId: current, availableModes: [{ id: 'default', name: 'Ask' }, { id: 'yolo', name: 'All' }] } } : {}; // prettier-ignore
/** @type {Record<string, any>} */
const chosen = { auto_approve: 'false', model: 'small' };
const options = () =>
  can['options']
    ? {
        configOptions: [
          { id: 'auto_approve', name: 'Approve', type: 'select', currentValue: chosen['auto_approve'], options: [{ value: 'true', name: 'Yes' }, { value: 'false', name: 'No' }] }, // prettier-ignore
          { id: 'model', name: 'Model', category: 'model', type: 'select', currentValue: chosen['model'], options: [{ value: 'small', name: 'S' }, { value: 'large', name: 'L' }] }, // prettier-ignore
        ],
      }
    : {};

/** @param {string} id @param {string} cwd */
function begin(id, cwd) {
  const file = state === null ? null : path.join(state, `${id}.json`);
  const said = file !== null && existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
  sessions.set(id, { cwd, turn: new AbortController(), mode: 'default', said, closed: false });
}

/** @param {any} client @param {string} sessionId @param {any} update */
const tell = (client, sessionId, update) => client.notify(methods.client.session.update, { sessionId, update });
/** @param {any} client @param {string} id @param {string} text */
const say = (client, id, text) =>
  tell(client, id, { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text } });

/** @param {{ params: any, client: any }} context */
async function load({ params: { sessionId, cwd }, client }) {
  const known = state !== null && existsSync(path.join(state, `${sessionId}.json`)) && !can['loseSessions'];
  note(`load ${sessionId} ${known ? 'known' : 'unknown'}`);
  if (!known) throw can['loseSessions'] === 'internal' ? RequestError.internalError() : RequestError.resourceNotFound(sessionId); // prettier-ignore
  begin(sessionId, cwd);
  const replay = async () => {
    for (let index = 0; index < 3; index += 1) {
      await say(client, sessionId, `replayed ${index}`);
      await pause(30);
    }
  };
  if (can['lateReplay']) void pause(20).then(replay);
  else await replay();
  return { ...modes('yolo'), ...options() };
}

/** @param {{ params: any, client: any, signal: AbortSignal }} context */
async function prompt({ params, client }) {
  const session = sessions.get(params.sessionId);
  if (session === undefined) throw RequestError.sessionNotFound(params.sessionId);
  const text = params.prompt.map((/** @type {any} */ part) => part.text ?? '').join('');
  session.said.push(text);
  if (state !== null) writeFileSync(path.join(state, `${params.sessionId}.json`), JSON.stringify(session.said));
  note(`prompt ${session.mode} ${JSON.stringify(text)}`);
  session.turn = new AbortController();
  const given = session.said.length === 1 ? can['script'] : undefined;
  const block = /^```acp\n([^]*?)^```/m.exec(text)?.[1] ?? given;
  const steps = block?.split('\n').filter((line) => line.trim() !== '') ?? ['hear'];
  for (const step of steps) {
    if (session.turn.signal.aborted) return { stopReason: 'cancelled' };
    if ((await take(step, { client, session, id: params.sessionId, text })) === 'end') break;
  }
  return { stopReason: session.turn.signal.aborted ? 'cancelled' : 'end_turn' };
}

/** @param {string} step @param {{ client: any, session: any, id: string, text: string }} turn */
async function take(step, { client, session, id, text }) {
  const [, verb = '', rest = ''] = /^\s*(\S+) ?(.*)$/.exec(step) ?? [];
  const { cwd } = session;
  const git = (/** @type {string[]} */ ...args) => execute('git', args, { cwd });
  switch (verb) {
    case 'say':
      return say(client, id, rest);
    case 'verdict': {
      const [, word] = /^VERDICT (\S+): reject$/m.exec(text) ?? [];
      const findings = rest === 'reject' ? `FINDINGS ${word}\nIt is wrong.\n` : '';
      return say(client, id, rest === 'none' ? 'I looked.' : `\n${findings}VERDICT ${word}: ${rest}`);
    }
    case 'hear':
      writeFileSync(path.join(cwd, 'said.txt'), text);
      await git('add', '-A');
      await git('commit', '-qm', 'What was said');
      return say(client, id, 'I heard it.');
    case 'write': {
      const [, file = '', content = ''] = /^(\S+) ?(.*)$/.exec(rest) ?? [];
      writeFileSync(path.join(cwd, file), `${content}\n`);
      const toolCallId = `call-${(calls += 1)}`;
      await tell(client, id, { sessionUpdate: 'tool_call', toolCallId, title: `Write ${file}`, kind: 'edit', status: 'pending' }); // prettier-ignore
      const change = { type: 'diff', path: path.join(cwd, file), oldText: null, newText: content };
      return tell(client, id, {
        sessionUpdate: 'tool_call_update',
        toolCallId,
        status: 'completed',
        content: [change],
      });
    }
    case 'trial': {
      const [, file = '', line = ''] = /^1\. Write the file (\S+) .*It has one line: (.+)$/m.exec(text) ?? [];
      if ((await ask(`edit ${file}`, { client, id, session })) === 'end') return 'end';
      writeFileSync(path.join(cwd, file), `${line}\n`);
      await git('add', '-A');
      await git('commit', '-qm', 'Try the agent');
      return say(client, id, 'It is done.');
    }
    case 'commit':
      await git('add', '-A');
      return git('commit', '-qm', rest);
    case 'ask':
      return ask(rest, { client, id, session });
    case 'wonder':
      void ask(rest, { client, id, session }).catch(() => undefined);
      return undefined;
    case 'drop': {
      const [, file = '', what = ''] = /^(\S+) ?(.*)$/.exec(rest) ?? [];
      const drop = new AbortController();
      void until(file, session.turn.signal).then(() => drop.abort());
      await ask(what, { client, id, session }, drop.signal).catch((error) => note(`dropped ${error.code}`));
      return undefined;
    }
    case 'run': {
      const [program = '', ...args] = rest.split(' ');
      return execute(program, args, { cwd });
    }
    case 'until':
      await until(rest, session.turn.signal);
      return undefined;
    case 'hang':
      return new Promise((resolve) => {
        if (!can['stubborn']) session.turn.signal.addEventListener('abort', () => resolve('end'));
      });
    case 'flood':
      for (let line = 0; line < Number(rest); line += 1) await say(client, id, `line ${line}\n`);
      return undefined;
    case 'pour':
      for (let count = 0; count < Number(rest); count += 1) await say(client, id, `${'x'.repeat(999_999)}\n`);
      return undefined;
    case 'crash':
      process.exit(9);
      break;
    case 'unknown':
      process.stdout.write('a banner that is no message\n');
      await client.notify('_vendor/news', { anything: [1, 2] });
      await tell(client, id, { sessionUpdate: 'dance_update', steps: 3 });
      return client.notify(methods.client.session.update, { sessionId: id, update: { sessionUpdate: 'tool_call' } });
    case 'late':
      return tell(client, id, { sessionUpdate: 'tool_call_update', toolCallId: 'never-announced', title: 'Late work', kind: 'execute', status: 'completed', content: [{ type: 'content', content: { type: 'text', text: 'its output' } }] }); // prettier-ignore
    case 'usage':
      return tell(client, id, { sessionUpdate: 'usage_update', used: 1234, size: 200000, cost: { amount: 0.05, currency: 'USD' } }); // prettier-ignore
    case 'error': {
      const [, code = '', message = ''] = /^(\S+) ?(.*)$/.exec(rest) ?? [];
      throw new RequestError(Number(code), message);
    }
    case 'restless':
      void (async () => {
        for (let count = 1; !session.closed; count += 1) {
          writeFileSync(rest, String(count));
          await pause(20);
        }
        writeFileSync(rest, 'closed');
      })();
      return undefined;
    default:
      throw RequestError.invalidParams(undefined, `no step ${verb}`);
  }
  return undefined;
}

/** @param {string} file @param {AbortSignal} signal */
async function until(file, signal) {
  while (!existsSync(file) && !signal.aborted) await pause(20);
}

/** @param {string} what @param {{ client: any, id: string, session: any }} turn @param {AbortSignal} [dropped] */
async function ask(what, { client, id, session }, dropped) {
  const [, verb = '', rest = ''] = /^(\S+) ?(.*)$/.exec(what) ?? [];
  const toolCallId = `call-${(calls += 1)}`;
  const isRun = verb === 'run';
  const rawInput = isRun ? { command: rest } : { file_path: path.resolve(session.cwd, rest) };
  await tell(client, id, { sessionUpdate: 'tool_call', toolCallId, title: rest, kind: isRun ? 'execute' : 'edit', status: 'pending', rawInput }); // prettier-ignore
  const names = [
    ['never', 'No, never', 'reject_always'],
    ['a', 'Yes, always', 'allow_always'],
    ['b', 'Yes', 'allow_once'],
    ['c', 'No', 'reject_once'],
  ];
  const options = names.map(([optionId, name, kind]) => ({ optionId, name, kind }));
  const asked = { sessionId: id, toolCall: { toolCallId }, options };
  const how = dropped && { cancellationSignal: dropped };
  const { outcome } = await client.request(methods.client.session.requestPermission, asked, how);
  note(`answer ${outcome.outcome} ${outcome.optionId ?? ''}`);
  if (outcome.outcome !== 'selected' || !['a', 'b'].includes(outcome.optionId)) return 'end';
  if (isRun) writeFileSync(path.join(session.cwd, 'ran.txt'), `${rest}\n`, { flag: 'a' });
  else writeFileSync(path.resolve(session.cwd, rest), 'changed\n');
  return tell(client, id, { sessionUpdate: 'tool_call_update', toolCallId, status: 'completed' });
}

const app = agent({ name: 'scripted' })
  .onRequest(methods.agent.initialize, ({ params }) => {
    note(`initialize ${[JSON.stringify(params.clientCapabilities ?? {}), ...process.argv.slice(2)].join(' ')}`);
    const sessionCapabilities = { ...(can['resume'] && { resume: {} }), ...(can['close'] && { close: {} }) };
    return { protocolVersion: can['version'] ?? 1, agentCapabilities: { loadSession: can['load'] === true, sessionCapabilities } }; // prettier-ignore
  })
  .onRequest(methods.agent.session.new, ({ params }) => {
    if (can['login']) throw RequestError.authRequired();
    const sessionId = `session-${process.pid}-${sessions.size}`;
    begin(sessionId, params.cwd);
    note(`new ${sessionId} ${JSON.stringify(params.mcpServers)}`);
    return { sessionId, ...modes('default'), ...options() };
  })
  .onRequest(methods.agent.session.load, load)
  .onRequest(methods.agent.session.resume, ({ params }) => {
    const known = state !== null && existsSync(path.join(state, `${params.sessionId}.json`)) && !can['loseSessions'];
    note(`resume ${params.sessionId} ${known ? 'known' : 'unknown'}`);
    if (!known) throw RequestError.resourceNotFound(params.sessionId);
    begin(params.sessionId, params.cwd);
    return { ...modes('default'), ...options() };
  })
  .onRequest(methods.agent.session.setMode, async ({ params, client }) => {
    note(`mode ${params.modeId}`);
    const session = sessions.get(params.sessionId);
    if (session !== undefined) session.mode = can['forgetMode'] ? 'default' : params.modeId;
    await tell(client, params.sessionId, { sessionUpdate: 'current_mode_update', currentModeId: session?.mode });
    return {};
  })
  .onRequest(methods.agent.session.setConfigOption, ({ params }) => {
    note(`option ${params.configId}=${params.value}`);
    chosen[params.configId] = params.value;
    return /** @type {any} */ (options());
  })
  .onRequest(methods.agent.session.close, async ({ params }) => {
    note(`close ${params.sessionId}`);
    const session = sessions.get(params.sessionId);
    if (session !== undefined) session.closed = true;
    await pause(50);
    return {};
  })
  .onNotification(methods.agent.session.cancel, ({ params }) => {
    note('cancel');
    sessions.get(params.sessionId)?.turn.abort();
  })
  .onRequest(methods.agent.session.prompt, prompt);

const connection = app.connect(ndJsonStream(Writable.toWeb(process.stdout), /** @type {any} */ (Readable.toWeb(process.stdin)))); // prettier-ignore
void connection.closed.then(() => {
  note('input closed');
  if (can['cancelsAtEnd']) writeSync(1, '{"jsonrpc":"2.0","id":2,"result":{"stopReason":"cancelled"}}\n');
  if (!can['stubborn']) process.exit(0);
});
if (can['stubborn']) setInterval(() => undefined, 1000);
