import path from 'node:path';
import { exists } from '../../base/exists';
import type { Holder, SocketPlace } from './claim';
import { epochsIn, readClaim } from './epochs';

/**
 * How the claim of a process that leads stands on disk. `spoilt`: it, its folder or its socket is gone or unreadable, so
 * that nobody who comes could find the leader; `others` are the epochs that stand there all the same.
 */
export type Standing = { kind: 'good' } | { kind: 'spoilt'; others: readonly number[] } | { kind: 'overtaken' };

/** Looks at the claims of a folder as they are now. `epoch` is the one that `holder` claimed last. */
export async function lookAtStanding(folder: string, epoch: number, holder: Holder): Promise<Standing> {
  const claimed = await epochsIn(folder);
  if (claimed.length === 0) return { kind: 'spoilt', others: [] };
  if (Math.max(...claimed) !== epoch) return { kind: 'overtaken' };
  const found = (await readClaim(folder, epoch)).holder;
  if (found !== null && found.token !== holder.token) return { kind: 'overtaken' };
  const isGood = found !== null && (await canBeFound(folder, holder.socket));
  return isGood ? { kind: 'good' } : { kind: 'spoilt', others: claimed };
}

/** Whether a socket's file is where others look for it. */
export async function canBeFound(folder: string, socket: SocketPlace): Promise<boolean> {
  return socket.at === 'elsewhere' || exists(path.join(folder, socket.name));
}
