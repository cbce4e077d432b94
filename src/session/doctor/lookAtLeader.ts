import path from 'node:path';
import { lstat } from 'node:fs/promises';
import type { DatedFile, LeaderFacts } from '../../core/doctor/facts';
import { addressOf } from '../../store/leader/claim';
import { HIGHEST_EPOCH, highestEpoch, readClaim } from '../../store/leader/epochs';
import { folderIdOf } from '../../store/leader/folderId';
import { knock } from '../../store/leader/leaderSocket';
import { allDated, dated, namesIn } from './files';

/** A younger socket (ms) may be about to be listened on. */
const ABANDONED_MS = 60 * 60_000;
const EPOCH = /^epoch-([1-9]\d*)\.json$/;

/** `leads`: whether this window does, and then its own claim is looked after by itself. */
export async function lookAtLeader(folder: string, now: number, leads: 'here' | 'elsewhere'): Promise<LeaderFacts> {
  const names = await namesIn(folder);
  const absurd = names.filter((name) => Number(EPOCH.exec(name)?.[1] ?? 0) > HIGHEST_EPOCH);
  const sockets = await allDated(folder, names.filter((name) => name.endsWith('.sock'))); // prettier-ignore
  const left = await Promise.all(sockets.map(async (one) => ((await isLeft(one, now)) ? [one] : [])));
  return {
    folder,
    highest: leads === 'here' ? null : await highestIn(folder),
    absurd,
    exposed: await exposedIn(folder, names),
    sockets: left.flat(),
  };
}

async function highestIn(folder: string): Promise<LeaderFacts['highest']> {
  const epoch = await highestEpoch(folder);
  if (epoch === 0) return null;
  const since = (await dated(path.join(folder, `epoch-${epoch}.json`)))?.since ?? 0;
  const { holder } = await readClaim(folder, epoch);
  if (holder === null) return { epoch, since, holder: null };
  const address = addressOf(holder.socket, folder, await folderIdOf(folder));
  const isAlive = address !== null && (await answers(address)) !== 'dead';
  return { epoch, since, holder: { pid: holder.pid, isAlive } };
}

async function answers(address: string): Promise<'open' | 'dead' | 'unsure'> {
  const answer = await knock(address);
  if (answer.kind === 'open') answer.connection.destroy();
  return answer.kind;
}

async function isLeft({ path: file, since }: DatedFile, now: number): Promise<boolean> {
  return now - since > ABANDONED_MS && (await answers(file)) === 'dead';
}

/** Windows keeps others out by the permissions of the person's own folder. */
async function exposedIn(folder: string, names: readonly string[]): Promise<DatedFile[]> {
  if (process.platform === 'win32') return [];
  const secret = names
    .filter((name) => EPOCH.test(name) || name.endsWith('.sock'))
    .map((name) => path.join(folder, name));
  const found = await Promise.all(
    [folder, ...secret].map(async (place) => {
      const stats = await lstat(place).catch(() => null);
      return stats === null || (stats.mode & 0o077) === 0 ? [] : [{ path: place, since: Math.round(stats.ctimeMs) }];
    }),
  );
  return found.flat();
}
