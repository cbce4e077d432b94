/**
 * What a scripted agent does, a line of its prompt's block for each step:
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
 *   first STEP            takes that step unless it has done so before on the story
 *   limit rate|quota S    ends the turn with a limit of its service, which names after how many seconds where that is given
 *   markers FILE          writes lines of git's conflict marks
 *   daemon FILE           leaves a process behind, and its id in the file; bareDaemon: without any environment
 *   forget                knows nothing of this conversation any more
 *
 * A later prompt without a block is what a person wrote: it goes into said.txt and is committed, and files that it names lose
 * their conflict marks.
 */
/* global AbortSignal, NodeJS */
import { execFile, spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { methods, RequestError } from '@agentclientprotocol/sdk';

const execute = promisify(execFile);
/** @type {Record<string, any>} */
export const can = JSON.parse(process.env['ACP_AGENT'] ?? '{}');
export const state = can['state'] ?? null;
let calls = 0;

/** @param {string} line */
export const note = (line) =>
  state !== null && (mkdirSync(state, { recursive: true }), appendFileSync(path.join(state, 'log'), `${line}\n`));

/** @param {any} client @param {string} sessionId @param {any} update */
export const tell = (client, sessionId, update) => client.notify(methods.client.session.update, { sessionId, update });
/** @param {any} client @param {string} id @param {string} text */
export const say = (client, id, text) =>
  tell(client, id, { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text } });

/**
 * Takes each step of a prompt's block, or of the one that is given in its place, until it is told to stop.
 * @param {string} text @param {string | undefined} given @param {{ client: any, session: any, id: string }} turn
 */
export async function play(text, given, { client, session, id }) {
  const block = /^```acp\n([^]*?)^```/m.exec(text)?.[1] ?? given;
  const steps = block?.split('\n').filter((line) => line.trim() !== '') ?? [can['nudged'] ?? 'hear'];
  for (const step of steps) {
    if (session.turn.signal.aborted || (await take(step, { client, session, id, text })) === 'end') return;
  }
}

/** @param {string} step @param {{ client: any, session: any, id: string, text: string }} turn @returns {Promise<unknown>} */
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
      writeFileSync(path.join(cwd, can['apart'] ? `said-${process.env['SWITCHYARD_STORY']}.txt` : 'said.txt'), text);
      for (const [, file] of text.matchAll(/^- (\S+)$/gm)) withoutMarkers(path.join(cwd, file));
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
    case 'first': {
      const mark = path.join(state, `first-${rest}-${process.env['SWITCHYARD_STORY']}`);
      if (existsSync(mark)) return undefined;
      writeFileSync(mark, '');
      return take(rest, { client, session, id, text });
    }
    case 'markers':
      return writeFileSync(path.join(cwd, rest), '<<<<<<< a\nx\n=======\ny\n>>>>>>> b\n');
    case 'daemon':
      return leave(rest, process.env);
    case 'bareDaemon':
      return leave(rest, {});
    case 'forget':
      rmSync(path.join(state, `${id}.json`));
      break;
    case 'limit': {
      const [kind = '', seconds] = rest.split(' ');
      throw new RequestError(-32_603, 'Limited', {
        type: LIMITS[kind],
        ...(seconds && { retryAfter: Number(seconds) }),
      });
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

/** @type {Record<string, string>} */
const LIMITS = { rate: 'rate_limit', quota: 'quota_exceeded' };

/** A process that outlives it; its id is in the file. @param {string} file @param {NodeJS.ProcessEnv} env */
function leave(file, env) {
  const left = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e9)'], { detached: true, stdio: 'ignore', env });
  left.unref();
  writeFileSync(file, String(left.pid));
}

/** Both sides of what conflicts stay. @param {string} file */
function withoutMarkers(file) {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  if (text.includes('<<<<<<<')) writeFileSync(file, text.replaceAll(/^(<{7} .*|={7}|>{7} .*)\n/gm, ''));
}
