import { randomBytes, timingSafeEqual } from 'node:crypto';
import { chmod, rm } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { privateTemporaryFolder } from '../base/privateFolder';
import { Lines, lineOf, type FromKeeper, type ToKeeper } from './messages';

/** A socket's path must fit into 104 bytes on macOS and 108 on Linux. */
const LONGEST_PATH = 99;
/** How long (ms) a host has to take the last message. */
const PARTING_MS = 2000;

interface DoorParts {
  /** Of the run. */
  readonly folder: string;
  readonly token: string;
  readonly onMessage: (message: Exclude<ToKeeper, { kind: 'attach' }>) => void;
  /** A host has come in place of the one before, or the last one has gone. */
  readonly onHost: (which: 'came' | 'gone') => void;
}

/** Where a host comes in: one at a time, the latest that shows the token. */
export class HostDoor {
  #host: net.Socket | null = null;

  private constructor(
    readonly address: string,
    private readonly server: net.Server,
    private readonly parts: DoorParts,
  ) {
    server.on('connection', (socket) => this.#greet(socket));
    // One refused connection (too many open files) must not end the run.
    server.on('error', () => undefined);
  }

  static async open(parts: DoorParts): Promise<HostDoor> {
    const server = net.createServer();
    const address = await listen(server, parts.folder);
    return new HostDoor(address, server, parts);
  }

  tell(message: FromKeeper): void {
    this.#host?.write(lineOf(message));
  }

  /** The host has been told all, or does not listen. */
  async close(): Promise<void> {
    this.server.close();
    const host = this.#host;
    if (host !== null) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, PARTING_MS);
        host.end(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
    if (process.platform !== 'win32') await rm(this.address, { force: true });
  }

  /** Nothing that a stranger says is looked at beyond its first line. */
  #greet(socket: net.Socket): void {
    const turnAway = (): void => void socket.destroy();
    const lines = new Lines<ToKeeper>((message) => {
      if (this.#host === socket && message.kind !== 'attach') this.parts.onMessage(message);
      else if (message.kind === 'attach' && isSame(message.token, this.parts.token)) this.#admit(socket);
      else turnAway();
    }, turnAway);
    socket.setEncoding('utf8').on('data', (text: string) => lines.push(text));
    socket.on('error', turnAway);
    socket.once('close', () => {
      if (this.#host !== socket) return;
      this.#host = null;
      this.parts.onHost('gone');
    });
  }

  #admit(socket: net.Socket): void {
    const before = this.#host;
    this.#host = socket;
    if (before !== socket) before?.end(lineOf({ kind: 'displaced' }));
    this.parts.onHost('came');
  }
}

function isSame(shown: unknown, token: string): boolean {
  const [one, other] = [Buffer.from(String(shown)), Buffer.from(token)];
  return one.length === other.length && timingSafeEqual(one, other);
}

/** Beside the run where its path is short enough and its disk holds sockets; the address is known from the claim. */
async function listen(server: net.Server, folder: string): Promise<string> {
  const name = `${randomBytes(8).toString('hex')}.sock`;
  if (process.platform === 'win32')
    return listenAt(server, `\\\\.\\pipe\\switchyard-run-${randomBytes(16).toString('hex')}`);
  const near = path.join(folder, name);
  if (Buffer.byteLength(near) <= LONGEST_PATH) {
    const address = await listenAt(server, near).catch(() => null);
    if (address !== null) return address;
  }
  return listenAt(server, path.join(await privateTemporaryFolder(() => undefined), name));
}

async function listenAt(server: net.Server, address: string): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(address, () => {
      server.off('error', reject);
      resolve();
    });
  });
  if (process.platform !== 'win32') await chmod(address, 0o600);
  return address;
}
