// A Hocuspocus server as a team would run it: one token, one folder that keeps the documents, limits set. Arguments: folder,
// token, milliseconds after which an idle connection is closed, allowed origin (or "-"). It says its port on standard output.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Server } from '@hocuspocus/server';
import * as Y from 'yjs';

const [folder, token, idle, origin, port = '0'] = process.argv.slice(2);
const fileOf = (name) => path.join(folder, `${Buffer.from(name).toString('hex')}.yjs`);

const server = new Server({
  quiet: true,
  port: Number(port),
  address: '127.0.0.1',
  timeout: Number(idle),
  debounce: 50,
  maxDebounce: 200,
  websocketOptions: { maxPayload: 64 * 1024 * 1024 },
  async onUpgrade({ request, socket }) {
    if (origin === '-' || (request.headers.origin ?? origin) === origin) return;
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    throw null;
  },
  async onAuthenticate({ token: shown }) {
    if (shown !== token) throw new Error('wrong token');
  },
  async onLoadDocument({ documentName, document }) {
    const file = fileOf(documentName);
    if (existsSync(file)) Y.applyUpdate(document, readFileSync(file));
    return document;
  },
  async onStoreDocument({ documentName, document }) {
    const file = fileOf(documentName);
    writeFileSync(`${file}.next`, Y.encodeStateAsUpdate(document));
    renameSync(`${file}.next`, file);
  },
});
process.on('unhandledRejection', () => undefined);
await server.listen();
process.stdout.write(`${server.address.port}\n`);
// Ends with whoever started it.
process.stdin.on('close', () => process.exit(0));
process.stdin.resume();
