import { rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { LeftLock } from '../../core/landing/leftLock';
import type { RemoveLockOutcome } from '../../ports/locks';
import type { CallRecord } from '../../processes/callRecords';
import type { Repository } from '../door/repository';
import { findLocks, lookAtLock, type Lock } from './findLocks';

/** A call takes its locks right after it has begun. One that came much later (ms) is somebody else's. */
const LOCKED_WITHIN_MS = 60_000;

/** A lock that is younger (ms) is not worth a word: its git may just have begun. */
const OLD_MS = 60_000;

/** Clocks of a file system and of a process differ by no more (ms). */
const CLOCKS_DIFFER_MS = 50;

/** See `Locks.tidyLocks`. */
export async function tidyLocks(repository: Repository): Promise<LeftLock[]> {
  const { git, clock } = repository;
  const records = await git.records.left();
  const locks = await findLocks(repository);
  const old: LeftLock[] = [];
  for (const lock of locks) {
    const owners = records.filter((record) => canBeOf(lock, record));
    const isOld = clock.now() - lock.at > OLD_MS;
    if (owners.length === 0 && !isOld) continue;
    const atWork = await git.isAtWork({ runIds: owners.map(({ runId }) => runId), folders: lock.folders });
    if (atWork === 'no' && owners.length > 0 && (await remove(lock)))
      repository.log.info(`${lock.path} was removed: the git of Switchyard's that made it was killed`);
    else if (atWork !== 'yes' && isOld)
      old.push({
        path: lock.path,
        since: new Date(lock.at).toISOString(),
        holder: atWork === 'no' ? 'none' : 'unknown',
      });
  }
  await forgetGone(repository, records);
  return old;
}

/** What a record could still explain is gone: its processes, and every lock that could be its own. */
async function forgetGone(repository: Repository, records: readonly CallRecord[]): Promise<void> {
  if (records.length === 0) return;
  const locks = await findLocks(repository);
  for (const record of records) {
    if (record.host !== hostname() || locks.some((lock) => canBeOf(lock, record))) continue;
    if ((await repository.git.isAtWork({ runIds: [record.runId], folders: [] })) === 'no')
      await repository.git.records.forget(record.runId);
  }
}

/** Processes of another machine, or of another container, are not seen from here. */
function canBeOf(lock: Lock, { host, at, kind, folder }: CallRecord): boolean {
  if (host !== hostname() || !lock.folders.includes(folder)) return false;
  if (lock.at < at - CLOCKS_DIFFER_MS) return false;
  return kind === 'run' || lock.at <= at + LOCKED_WITHIN_MS;
}

/** As long as a lock is there nobody else can make one, so it is still the one that was looked at. */
async function remove(lock: Lock): Promise<boolean> {
  const now = await lookAtLock(lock.path, lock.folders);
  if (now?.inode !== lock.inode || now.at !== lock.at) return false;
  await rm(lock.path, { force: true });
  return true;
}

/** See `Locks.removeLock`. Only what lies where git makes its locks is ever removed. */
export async function removeLock(repository: Repository, wanted: LeftLock): Promise<RemoveLockOutcome> {
  const lock = (await findLocks(repository)).find((one) => one.path === wanted.path);
  if (lock === undefined) return { kind: 'removed' };
  if (new Date(lock.at).toISOString() !== wanted.since)
    return { kind: 'refused', why: `${lock.path} is another one by now: a git command is at work there.` };
  const atWork = await repository.git.isAtWork({ runIds: [], folders: lock.folders });
  if (atWork === 'yes') return { kind: 'refused', why: `A git command is at work there, so ${lock.path} is left.` };
  if (!(await remove(lock))) return { kind: 'refused', why: `${lock.path} changed just now and is left.` };
  repository.log.info(`${lock.path} was removed, as a person asked`);
  return { kind: 'removed' };
}

/** See `Locks.noteRun`. */
export async function noteRun(
  repository: Repository,
  { runId, folder }: { readonly runId: string; readonly folder: string },
): Promise<() => Promise<void>> {
  const { records } = repository.git;
  await records.begin({ runId, kind: 'run', folder });
  return async () => {
    await records.end(runId, 'left');
    await tidyLocks(repository);
  };
}
