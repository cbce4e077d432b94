/**
 * The program that an agent starts to reach Switchyard: a server of the Model Context Protocol on standard input and
 * output. It decides nothing: the window that leads does, and its token is good for one run's story.
 */
import { readFileSync } from 'node:fs';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { toolsOffered } from '../core/agents/agentTools';
import { readMcpServersFile } from '../core/agents/mcpServer';
import { LeaderLine } from './leaderLine';
import { makeServer } from './server';

/** Most bytes of one message that is not yet whole. */
const MESSAGE_LIMIT = 1024 * 1024;

const place = readPlace();
const line = new LeaderLine(place);
const transport = new StdioServerTransport(process.stdin, process.stdout, { maxBufferSize: MESSAGE_LIMIT });
const tools = toolsOffered(place.reviews ? 'reviews' : 'works');
const server = makeServer('1', tools, (tool, asked) => line.ask(tool, asked));
// Its agent is gone: whatever it asked for is of no use to anyone.
process.stdin.once('end', () => process.exit(0));
process.stdin.once('close', () => process.exit(0));
server.onclose = () => process.exit(0);
void server.connect(transport);

/** From the file that its argument names, else from its environment. Without either nobody lets it in, and it says so. */
function readPlace(): { folder: string; token: string; reviews: boolean } {
  const [, , file] = process.argv;
  const read = file === undefined ? null : readMcpServersFile(readFileSync(file, 'utf8'));
  const env = read ?? process.env;
  const { SWITCHYARD_LEADER: folder = '', SWITCHYARD_TOKEN: token = '', SWITCHYARD_REVIEWS: reviews } = env;
  return { folder, token, reviews: reviews !== undefined };
}
