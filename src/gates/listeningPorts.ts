import { readFile } from 'node:fs/promises';

/** What the kernel calls a socket that waits for connections. */
const LISTEN = '0A';

/** TCP ports that programs of this machine listen on, by Linux's own list; null elsewhere. */
export async function listeningPorts(): Promise<ReadonlySet<number> | null> {
  const lists = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((file) => readFile(file, 'latin1').catch(() => null)),
  );
  if (lists.every((list) => list === null)) return null;
  return new Set(lists.flatMap((list) => parseListening(list ?? '')));
}

/** `  0: 0100007F:1F90 00000000:0000 0A …`: local address and port in hexadecimal, the remote ones, the state. */
export function parseListening(text: string): number[] {
  return text.split('\n').flatMap((line) => {
    const [, local = '', , state] = line.trim().split(/\s+/, 4);
    const port = Number.parseInt(local.slice(local.lastIndexOf(':') + 1), 16);
    return state === LISTEN && Number.isInteger(port) ? [port] : [];
  });
}
