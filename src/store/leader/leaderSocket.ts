import { randomBytes } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { errorCode } from '../storeError';

/** A socket's path must fit into 104 bytes on macOS and 108 on Linux. */
const LONGEST_PATH = 99;
/** A socket file older than this on which nobody listens is left by a killed process, in milliseconds. */
const ABANDONED_AFTER = 60 * 60 * 1000;

/** A socket that is held open to be seen alive; nothing is ever sent over it. */
export interface HeldSocket {
  readonly address: string;
  /** Sends everyone away who is connected. */
  dropAll(): void;
  close(): Promise<void>;
}

/** `dead` is said only when it is certain: the address can never be listened on again. */
export type Knock = { kind: 'open'; connection: net.Socket } | { kind: 'dead' } | { kind: 'unsure'; why: string };

/** Listens on an address that no other process has ever had or will have. */
export async function holdSocket(folder: string): Promise<HeldSocket> {
  const name = `${randomBytes(12).toString('hex')}.sock`;
  if (process.platform === 'win32') return await listen(`\\\\.\\pipe\\switchyard-${name}`);
  const near = path.join(folder, name);
  const far = path.join(os.tmpdir(), `switchyard-${name}`);
  if (Buffer.byteLength(near) > LONGEST_PATH) return await listen(far);
  try {
    return await listen(near);
  } catch {
    return await listen(far); // some file systems (shared folders of virtual machines) hold no sockets
  }
}

async function listen(address: string): Promise<HeldSocket> {
  const connections = new Set<net.Socket>();
  const server = net.createServer((connection) => {
    connections.add(connection);
    connection.on('error', () => undefined); // 'close' follows
    connection.on('close', () => connections.delete(connection));
    connection.resume(); // otherwise its end would never be noticed
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(address, () => {
      server.off('error', reject);
      resolve();
    });
  });
  server.on('error', () => undefined); // one refused connection (too many open files) must not end the host
  const dropAll = (): void => connections.forEach((connection) => connection.destroy());
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      dropAll();
    });
  return { address, dropAll, close };
}

/** Looks whether anyone listens. A process that is stopped or busy counts as alive: the system accepts for it. */
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
      connection.resume();
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
