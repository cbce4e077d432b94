#!/usr/bin/env node
/**
 * A coding agent without a model that speaks the Agent Client Protocol, built on the SDK's side for agents. It does what the
 * block of the prompt says that begins with ```acp: see `agentSteps.mjs`. ACP_AGENT in its environment is JSON: `state`
 * (folder of its sessions), and which of these it can or does: `load`, `resume`, `close`, `modes`, `options`, `lateReplay`,
 * `loseSessions`, `login`, `version`, `forgetMode`, `stubborn`, `cancelsAtEnd` (its turn, id 2, once its input is closed);
 * `script` stands for the block of a first prompt, `nudged` for the step where there is none, and `apart` has what people say
 * in a file of each story's.
 */
/* global AbortController */
import { existsSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { Readable, Writable } from 'node:stream';
import { setInterval } from 'node:timers';
import { setTimeout as pause } from 'node:timers/promises';
import { agent, methods, ndJsonStream, RequestError } from '@agentclientprotocol/sdk';
import { can, note, play, say, state, tell } from './agentSteps.mjs';

/** @type {Map<string, { cwd: string, turn: AbortController, mode: string, said: string[], closed: boolean }>} */
const sessions = new Map();

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
  await play(text, given, { client, session, id: params.sessionId });
  return { stopReason: session.turn.signal.aborted ? 'cancelled' : 'end_turn' };
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
