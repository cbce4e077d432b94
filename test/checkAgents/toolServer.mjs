#!/usr/bin/env node
// A server of the Model Context Protocol with one tool, in the place of Switchyard's: shows whether an agent was told of it.
import process from 'node:process';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';

const server = new Server({ name: 'switchyard', version: '1' }, { capabilities: { tools: {} } });
const tool = { name: 'story_get', description: 'The story.', inputSchema: { type: 'object', properties: {} } };
server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: [tool] }));
server.setRequestHandler(CallToolRequestSchema, () => ({ content: [{ type: 'text', text: 'A story.' }] }));
await server.connect(new StdioServerTransport());
process.stdin.on('end', () => process.exit(0));
