#!/usr/bin/env node
/**
 * A coding agent without a model that prints what Claude Code prints, and keeps its conversations in the folder that
 * TALKING_HOME names: `node talkingAgent.mjs [--session-id ID | --resume ID] <prompt>`. What it does at each start stands in
 * TALKING_SCRIPT, one word for each start, the last one for all that follow:
 *
 *   work     commits a file          forget   leaves it uncommitted      markers  commits conflict markers
 *   crash    works, then exit 1      hang     says something, then waits until it is ended
 *   429      a rate limit            429t     a rate limit that names a time, an hour from now
 *   wait     as `work`, once there is a file `go` in that folder
 *   lose     as `crash`, and forgets its conversation                    long     takes 20 turns
 *
 * Each start is a line of `starts` in that folder: how it was started, and what it was told.
 */
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const home = process.env.TALKING_HOME ?? '';
const words = (process.env.TALKING_SCRIPT ?? 'work').split(' ');
const args = process.argv.slice(2);
const valueOf = (name) => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined);
const resumed = valueOf('--resume');
const session = resumed ?? valueOf('--session-id') ?? 'none';
const prompt = args.at(-1) ?? '';

mkdirSync(home, { recursive: true });
const startsFile = path.join(home, 'starts');
const before = existsSync(startsFile) ? readFileSync(startsFile, 'utf8').trim().split('\n').length : 0;
const how = words[Math.min(before, words.length - 1)];
appendFileSync(startsFile, `${JSON.stringify({ mode: resumed === undefined ? 'cold' : 'warm', session, prompt })}\n`);

const say = (line) => console.log(JSON.stringify({ session_id: session, ...line }));
const conversation = path.join(home, session);
const end = (code, rest) => {
  say({ type: 'result', subtype: 'success', is_error: code !== 0, ...rest });
  process.exit(code);
};

if (resumed !== undefined && !existsSync(conversation)) {
  say({ type: 'result', subtype: 'error_during_execution', is_error: true, num_turns: 0, errors: [`No conversation found with session ID: ${resumed}`] }); // prettier-ignore
  process.exit(1);
}
writeFileSync(conversation, '');
say({ type: 'system', subtype: 'init', claude_code_version: '2.1.330' });
if (how === '429' || how === '429t') {
  if (how === '429t') say({ type: 'rate_limit_event', rate_limit_info: { status: 'rejected', resetsAt: Math.round(Date.now() / 1000) + 3600 } }); // prettier-ignore
  end(1, { num_turns: 1, total_cost_usd: 0, api_error_status: 429, result: 'API Error: Request rejected (429)' });
}
const turn = (id, content) =>
  say({ type: 'assistant', parent_tool_use_id: null, message: { id, model: 'stub', content, usage: {} } });
turn('m1', [{ type: 'text', text: `I will ${how}.` }]);
if (how === 'long') for (let each = 2; each <= 20; each++) turn(`m${each}`, [{ type: 'text', text: `Step ${each}.` }]);
while (how === 'wait' && !existsSync(path.join(home, 'go'))) await pause(20);
while (how === 'hang' || how === 'long') await pause(3_600_000);
turn('m2', [{ type: 'tool_use', id: 't', name: 'Write', input: { file_path: 'work.txt', content: how } }]);
appendFileSync('work.txt', how === 'markers' ? '<<<<<<< a\nx\n=======\ny\n>>>>>>> b\n' : `${how}\n`);
if (how === 'work' && readFileSync('work.txt', 'utf8').includes('<<<<')) writeFileSync('work.txt', 'x\ny\n');
if (how !== 'forget') {
  execFileSync('git', ['add', '-A']);
  execFileSync('git', ['commit', '-qm', `Do ${how}`]);
}
if (how === 'lose') rmSync(conversation);
const failed = how === 'crash' || how === 'lose';
end(failed ? 1 : 0, { num_turns: 2, total_cost_usd: 0.25, usage: { input_tokens: 100, output_tokens: 20 }, result: failed ? 'It broke' : 'Done' }); // prettier-ignore
