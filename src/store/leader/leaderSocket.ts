import { randomBytes } from 'node:crypto';
import { chmod, readdir, rm, stat } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import type { Log } from '../../ports/log';
import { errorCode } from '../storeError';
import type { SocketPlace } from './claim';
import { folderIdOf } from './folderId';
import { privateTemporaryFolder } from '../../base/privateFolder';

/** A socket's path must fit into 104 bytes on macOS and 108 on Linux. */
const LONGEST_PATH = 99;
/** A socket file older than this on which nobody listens is left by a killed process, in milliseconds. */
const ABANDONED_AFTER = 60 * 60 * 1000;
/** For nobody but its owner. */
const SOCKET_MODE = 0o600;

/** A socket that is held open to be seen alive. Whoever connects is kept, and heard once somebody serves. */
export interface HeldSocket {
  /** As a claim names it. */
  readonly place: SocketPlace;
  /** Hands over everyone who is connected and who comes. What they said before is lost: the server speaks first. */
  serve(take: (connection: net.Socket) => void): void;
  /** Sends everyone away who is connected. */
  dropAll(): void;
  close(): Promise<void>;
}

/** `dead` is said only when it is certain: the address can never be listened on again. */
export type Knock = { kind: 'open'; connection: net.Socket } | { kind: 'dead' } | { kind: 'unsure'; why: string };

/** Listens on an address that no other process has ever had or will have. */
export async function holdSocket(folder: string, log: Log): Promise<HeldSocket> {
  const name = `${randomBytes(8).toString('hex')}.sock`;
  const elsewhere = async (address: string): Promise<SocketPlace> => {
    return { at: 'elsewhere', path: address, folder: await folderIdOf(folder) };
  };
  if (process.platform === 'win32') {
    const pipe = `\\\\.\\pipe\\switchyard-${randomBytes(16).toString('hex')}`;
    return listen(pipe, await elsewhere(pipe));
  }
  const near = path.join(folder, name);
  if (Buffer.byteLength(near) <= LONGEST_PATH) {
    try {
      return await listen(near, { at: 'folder', name });
    } catch (error) {
      // Some file systems (shared folders of virtual machines) hold no sockets.
      log.debug(`leader: no socket can be made in ${folder} (${errorCode(error) ?? 'unknown'}); it is made elsewhere`);
    }
  }
  const far = path.join(
    await privateTemporaryFolder((made) => log.warn(`leader: ${made} was made by someone else and is not used`)),
    name,
  );
  return listen(far, await elsewhere(far));
}

async function listen(address: string, place: SocketPlace): Promise<HeldSocket> {
  const connections = new Set<net.Socket>();
  let take: ((connection: net.Socket) => void) | null = null;
  const server = net.createServer((connection) => {
    connections.add(connection);
    connection.on('error', () => undefined); // 'close' follows
    connection.on('close', () => connections.delete(connection));
    connection.resume(); // otherwise its end would never be noticed
    take?.(connection);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(address, () => {
      server.off('error', reject);
      resolve();
    });
  });
  server.on('error', () => undefined); // one refused connection (too many open files) must not end the host
  if (process.platform !== 'win32') await chmod(address, SOCKET_MODE);
  const dropAll = (): void => connections.forEach((connection) => connection.destroy());
  return {
    place,
    serve: (next) => {
      take = next;
      connections.forEach(next);
    },
    dropAll,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        dropAll();
      }),
  };
}

/**
 * Looks whether anyone listens. A process that is stopped or busy counts as alive: the system accepts for it. Nothing is
 * read from the open connection yet: who takes it reads, or lets it flow.
 */
export function knock(address: string): Promise<Knock> {
  return new Promise((resolve) => {
    const connection = net.connect(address);
    const failed = (error: Error): void => {
      connection.destroy();
      const code = errorCode(error) ?? '';
      const dead = code === 'ECONNREFUSED' || code === 'ENOENT';
      resolve(dead ? { kind: 'dead' } : { kind: 'unsure', why: error.message });
    };
    connection.once('error', failed);
    connection.once('connect', () => {
      connection.off('error', failed);
      connection.on('error', () => undefined); // 'close' follows
      resolve({ kind: 'open', connection });
    });
  });
}

/** Removes socket files of processes that were killed. A young one may be about to be listened on, and is left. */
export async function sweepSockets(folder: string, now: number): Promise<void> {
  if (process.platform === 'win32') return;
  for (const name of (await readdir(folder)).filter((one) => one.endsWith('.sock'))) {
    const file = path.join(folder, name);
    const age = now - (await stat(file).then((found) => found.mtimeMs, () => now)); // prettier-ignore
    if (age < ABANDONED_AFTER) continue;
    const answer = await knock(file);
    if (answer.kind === 'open') answer.connection.destroy();
    if (answer.kind === 'dead') await rm(file, { force: true });
  }
}
