#!/usr/bin/env node
/**
 * A coding agent without a model that works over the Model Context Protocol: `node mcpAgent.mjs <plan.json> <report>`.
 * The plan is a list of steps: `{"use": tool, "with": {…}}`, `{"write": {path: text}, "commit": message}` (message null:
 * left uncommitted), `{"until": file}` waits for the file to be there, `{"exit": code}`. Each answer is a line of the report.
 */
import { execFile } from 'node:child_process';
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';

const execute = promisify(execFile);
const [planFile = '', reportFile = ''] = process.argv.slice(2);
const { mcpServers } = JSON.parse(await readFile(process.env['SWITCHYARD_MCP_CONFIG'] ?? '', 'utf8'));
const client = new Client({ name: 'scripted', version: '1' });
await client.connect(new StdioClientTransport(mcpServers.switchyard));

/** @param {unknown} line */
const report = (line) => appendFile(reportFile, `${JSON.stringify(line)}\n`);

for (const step of JSON.parse(await readFile(planFile, 'utf8'))) {
  if (step.use !== undefined) {
    const answer = await client
      .callTool({ name: step.use, arguments: step.with ?? {} })
      .catch((error) => ({ failed: String(error) }));
    await report({ tool: step.use, ...answer });
  }
  for (const [file, text] of Object.entries(step.write ?? {})) {
    await mkdir(path.dirname(path.resolve(file)), { recursive: true });
    await writeFile(file, text);
  }
  if (step.commit) {
    await execute('git', ['add', '-A']);
    await execute('git', ['commit', '-qm', step.commit]);
  }
  while (step.until !== undefined && !existsSync(step.until)) await pause(20);
  if (step.exit !== undefined) {
    await client.close();
    process.exit(step.exit);
  }
}
await client.close();
