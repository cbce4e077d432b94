/**
 * The program that an agent starts to reach Switchyard: a server of the Model Context Protocol on standard input and
 * output. It decides nothing: the window that leads does, and its token is good for one run's story.
 */
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { LeaderLine } from './leaderLine';
import { makeServer } from './server';

/** Most bytes of one message that is not yet whole. */
const MESSAGE_LIMIT = 1024 * 1024;

const { SWITCHYARD_LEADER: folder = '', SWITCHYARD_TOKEN: token = '' } = process.env;
const line = new LeaderLine({ folder, token });
const transport = new StdioServerTransport(process.stdin, process.stdout, { maxBufferSize: MESSAGE_LIMIT });
const server = makeServer('1', (tool, asked) => line.ask(tool, asked));
// Its agent is gone: whatever it asked for is of no use to anyone.
process.stdin.once('end', () => process.exit(0));
process.stdin.once('close', () => process.exit(0));
server.onclose = () => process.exit(0);
void server.connect(transport);
