import * as z from 'zod/mini';

/** A server of the Model Context Protocol that is started as a program and talks over its standard input and output. */
export const mcpServerSchema = z.object({
  name: z.literal('switchyard'),
  command: z.string(),
  args: z.readonly(z.array(z.string())),
  env: z.readonly(z.record(z.string(), z.string())),
});
export type McpServerCommand = z.infer<typeof mcpServerSchema>;

/** As the Agent Client Protocol takes it in `mcpServers` of `session/new`, `session/load` and `session/resume`. */
export interface AcpMcpServer {
  readonly name: string;
  readonly command: string;
  readonly args: string[];
  readonly env: { name: string; value: string }[];
}

export function asAcpServer({ name, command, args, env }: McpServerCommand): AcpMcpServer {
  return { name, command, args: [...args], env: Object.entries(env).map(([key, value]) => ({ name: key, value })) };
}

/** The configuration file that most agents take: Claude, Copilot, Gemini, Qwen, Auggie. */
export function asMcpServersFile({ name, command, args, env }: McpServerCommand): string {
  return JSON.stringify({ mcpServers: { [name]: { command, args, env } } }, null, 2);
}

const environmentSchema = z.object({
  SWITCHYARD_TOKEN: z.string(),
  SWITCHYARD_LEADER: z.string(),
  SWITCHYARD_REVIEWS: z.optional(z.string()),
});
const fileSchema = z.object({ mcpServers: z.object({ switchyard: z.object({ env: environmentSchema }) }) });

/** The server's own variables out of the file of `asMcpServersFile`; null where it is another. */
export function readMcpServersFile(text: string): z.infer<typeof environmentSchema> | null {
  try {
    return fileSchema.parse(JSON.parse(text)).mcpServers.switchyard.env;
  } catch {
    return null; // not whole
  }
}

/** The configuration file of opencode, and of what was made from it. */
export function asOpencodeFile({ name, command, args, env }: McpServerCommand): string {
  const server = { type: 'local', command: [command, ...args], environment: env, enabled: true };
  return JSON.stringify({ mcp: { [name]: server } }, null, 2);
}

/**
 * A value of codex's `--config`: an inline table of TOML. Everyone on the machine can read a command line, so it names the
 * file that holds the token (absolute).
 */
export function asCodexOption({ name, command, args, env }: McpServerCommand, mcpConfig: string): string {
  const { ELECTRON_RUN_AS_NODE: asNode = '1' } = env;
  const values = [...args, mcpConfig].map(tomlText).join(',');
  const table = `command=${tomlText(command)},args=[${values}],env={ELECTRON_RUN_AS_NODE=${tomlText(asNode)}}`;
  return `mcp_servers.${name}={${table}}`;
}

/** JSON writes a text as TOML reads it, but for a character that TOML wants escaped. */
function tomlText(text: string): string {
  return JSON.stringify(text).replaceAll('\x7f', '\\u007f');
}
