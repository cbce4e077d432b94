#!/usr/bin/env node
/**
 * The scripted agent as a command line that prints what Claude Code prints: `lineAgent.mjs [--session-id ID | --resume ID] PROMPT`.
 * What it does is in `agentSteps.mjs`; ACP_AGENT in its environment names the folder of its conversations. It can ask nobody:
 * what it would ask for is refused.
 */
/* global AbortController */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { note, play, state } from './agentSteps.mjs';

const args = process.argv.slice(2);
const valueOf = (/** @type {string} */ name) => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined);
const resumed = valueOf('--resume');
const id = resumed ?? valueOf('--session-id') ?? 'none';
const file = path.join(state, `${id}.json`);
let turns = 0;
setInterval(() => undefined, 1e9); // it ends where it says so, and not because nothing is left to do

/** @param {object} line */
const print = (line) => new Promise((done) => process.stdout.write(`${JSON.stringify({ session_id: id, ...line })}\n`, done)); // prettier-ignore
/** @param {number} code @param {object} [rest] */
async function end(code, rest = {}) {
  await print({
    type: 'result',
    subtype: 'success',
    is_error: code !== 0,
    num_turns: turns,
    total_cost_usd: 0,
    ...rest,
  });
  process.exit(code);
}

/** The side of the client, as far as a command line has one. */
const client = {
  /** @param {string} _ @param {any} said */
  notify: (_, { update }) => {
    const { sessionUpdate, content, title } = update;
    const text = { type: 'text', text: content?.text };
    const use = { type: 'tool_use', id: 't', name: 'Write', input: { file_path: title } };
    const part = { agent_message_chunk: text, tool_call: use }[/** @type {'tool_call'} */ (sessionUpdate)];
    if (part === undefined) return Promise.resolve();
    return print({ type: 'assistant', message: { id: `m${(turns += 1)}`, content: [part], usage: {} } });
  },
  request: () => Promise.resolve({ outcome: { outcome: 'cancelled' } }),
};

const known = existsSync(file);
note(resumed === undefined ? `new ${id}` : `resume ${id} ${known ? 'known' : 'unknown'}`);
if (resumed !== undefined && !known)
  await end(1, { subtype: 'error_during_execution', errors: ['No conversation found'] });
const text = args.at(-1) ?? '';
const said = known ? JSON.parse(readFileSync(file, 'utf8')) : [];
note(`prompt ${JSON.stringify(text)}`);
writeFileSync(file, JSON.stringify([...said, text]));
await print({ type: 'system', subtype: 'init', claude_code_version: '2.1.330' });
try {
  const session = { cwd: process.cwd(), turn: new AbortController() };
  await play(text, undefined, { client, session, id });
  await end(0, { result: 'Done' });
} catch (error) {
  const { type, retryAfter } = /** @type {any} */ (error).data ?? {};
  const resetsAt = Math.round(Date.now() / 1000) + retryAfter;
  if (retryAfter !== undefined)
    await print({ type: 'rate_limit_event', rate_limit_info: { status: 'rejected', resetsAt } });
  await end(1, { result: String(error), ...(type === 'rate_limit' && { api_error_status: 429 }) });
}
