#!/usr/bin/env node
// A server of the Model Context Protocol with one tool, in the place of Switchyard's. Who asks for its tools was told of it: that
// leaves a file in the folder of the check, which its environment names, or where its configuration lies (its argument).
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';

const folder = process.env['SWITCHYARD_LEADER'] ?? path.dirname(process.argv[2] ?? '');
const server = new Server({ name: 'switchyard', version: '1' }, { capabilities: { tools: {} } });
const tool = { name: 'story_get', description: 'The story.', inputSchema: { type: 'object', properties: {} } };
server.setRequestHandler(ListToolsRequestSchema, () => {
  writeFileSync(path.join(folder, 'tools-asked'), '');
  return { tools: [tool] };
});
server.setRequestHandler(CallToolRequestSchema, () => ({ content: [{ type: 'text', text: 'A story.' }] }));
await server.connect(new StdioServerTransport());
process.stdin.on('end', () => process.exit(0));
