import { readFileSync } from 'node:fs';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';

interface ServerEntry {
  readonly command: string;
  readonly args: string[];
  readonly env: Record<string, string>;
}

export interface RawClient {
  /** The text of the answer. */
  use(tool: string, asked?: Record<string, unknown>): Promise<string>;
  close(): Promise<void>;
}

/** The official client on the server that a configuration file names. */
export function connect(config: string, env: Record<string, string> | 'asCodex' = {}): RawClient {
  const read = JSON.parse(readFileSync(config, 'utf8')) as { mcpServers: { switchyard: ServerEntry } };
  const { command, args, env: given } = read.mcpServers.switchyard;
  const client = new Client({ name: 'test', version: '1' });
  // Codex is told of the file in place of the token.
  const started = env === 'asCodex' ? { args: [...args, config] } : { args, env: { ...given, ...env } };
  const connected = client.connect(new StdioClientTransport({ command, ...started }));
  return {
    use: async (tool, asked = {}) => {
      await connected;
      const answer = (await client.callTool({ name: tool, arguments: asked })) as { content: { text: string }[] };
      return answer.content[0]?.text ?? '';
    },
    close: () => client.close(),
  };
}
