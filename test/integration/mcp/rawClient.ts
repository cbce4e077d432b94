import { readFileSync } from 'node:fs';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import type { McpServerCommand } from '../../../src/core/agents/mcpServer';

type Command = Pick<McpServerCommand, 'command' | 'args' | 'env'>;

export interface RawClient {
  /** The text of the answer. */
  use(tool: string, asked?: Record<string, unknown>): Promise<string>;
  close(): Promise<void>;
}

/** The official client on the server that a configuration file names. */
export function connect(config: string, env: Record<string, string> | 'asCodex' = {}): RawClient {
  const { mcpServers } = JSON.parse(readFileSync(config, 'utf8')) as { mcpServers: { switchyard: Command } };
  const server = mcpServers.switchyard;
  // Codex is told of the file in place of the token.
  if (env === 'asCodex') return connectTo({ ...server, args: [...server.args, config], env: {} });
  return connectTo({ ...server, env: { ...server.env, ...env } });
}

export function connectTo({ command, args, env }: Command): RawClient {
  const client = new Client({ name: 'test', version: '1' });
  const connected = client.connect(new StdioClientTransport({ command, args: [...args], env: { ...env } }));
  return {
    use: async (tool, asked = {}) => {
      await connected;
      const answer = (await client.callTool({ name: tool, arguments: asked })) as { content: { text: string }[] };
      return answer.content[0]?.text ?? '';
    },
    close: () => client.close(),
  };
}
