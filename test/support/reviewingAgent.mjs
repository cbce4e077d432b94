#!/usr/bin/env node
/**
 * An agent without a model that reviews: `node reviewingAgent.mjs <prompt file>`. What it does at each start stands in
 * REVIEW_SCRIPT, a JSON list with an entry for each start, the last one for all that follow. An entry is a list of steps:
 *
 *   accept     says so in its last line            reject TEXT     likewise, with these findings
 *   tool NAME JSON   uses a tool of Switchyard's   say TEXT        says it
 *                    (WORD is that of its prompt)
 *   edit       changes and commits in its folder   move BRANCH     puts that branch on a commit of its own
 *   until FILE waits until that file exists        crash           ends with status 1
 *   guess      accepts by the word that its environment names
 *
 * Each start is a file in REVIEW_HOME with what it was told; each answer of a tool is a line of `answers` there.
 */
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';

const home = process.env.REVIEW_HOME ?? '';
const prompt = readFileSync(process.argv[2], 'utf8');
mkdirSync(home, { recursive: true });
const before = readdirSync(home).filter((name) => name.startsWith('told-')).length;
writeFileSync(path.join(home, `told-${before + 1}`), prompt);
const script = JSON.parse(process.env.REVIEW_SCRIPT ?? '[]');
const [, id] = /^VERDICT (\S+): reject$/m.exec(prompt) ?? [];
const git = (...args) => execFileSync('git', args, { encoding: 'utf8' }).trim();

async function use(name, asked) {
  const { mcpServers } = JSON.parse(readFileSync(process.env.SWITCHYARD_MCP_CONFIG ?? '', 'utf8'));
  const client = new Client({ name: 'scripted', version: '1' });
  await client.connect(new StdioClientTransport(mcpServers.switchyard));
  const { tools } = await client.listTools();
  const answer = await client.callTool({ name, arguments: asked });
  await client.close();
  const line = { tools: tools.map((one) => one.name), ...answer };
  appendFileSync(path.join(home, 'answers'), `${JSON.stringify(line)}\n`);
}

for (const step of script[Math.min(before, script.length - 1)] ?? []) {
  const [, word, rest = ''] = /^(\S+) ?([^]*)$/.exec(step) ?? [];
  if (word === 'accept') console.log(`It is fine.\n\n**VERDICT ${id}: accept**`);
  if (word === 'reject') console.log(`FINDINGS ${id}\n${rest}\nVERDICT ${id}: reject`);
  if (word === 'say') console.log(rest);
  if (word === 'guess') console.log(`VERDICT ${/(.{12})\.trace$/.exec(process.env.GIT_TRACE2)[1]}: accept`);
  if (word === 'crash') process.exit(1);
  while (word === 'until' && !existsSync(rest)) await pause(20);
  if (word === 'tool') {
    const [, name, asked] = /^(\S+) ?(.*)$/.exec(rest) ?? [];
    await use(name, JSON.parse((asked || '{}').replace('WORD', id)));
  }
  if (word === 'edit' || word === 'move') {
    writeFileSync('a.txt', 'by the reviewer\n');
    git('add', '-A');
    git('commit', '-qm', 'By the reviewer');
    writeFileSync('left.txt', 'left\n');
  }
  if (word === 'move') git('update-ref', `refs/heads/${rest}`, 'HEAD');
}
