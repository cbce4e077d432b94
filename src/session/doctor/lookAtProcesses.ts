import { realpath } from 'node:fs/promises';
import path from 'node:path';
import type { LockFacts, RunFacts, WorktreesFacts } from '../../core/doctor/facts';
import type { ProcessEntry } from '../../processes/processEntry';
import type { ProcessPlatform } from '../../processes/platform';
import { RunRecords, type RunRecord } from '../../processes/runRecords';
import { allDated, dated, filesBelow, inBatches, namesIn } from './files';
import type { RepositoryPlace } from './parts';
import { storeIn } from './lookAtStore';

/** How git calls of Switchyard's own are named; they are not runs. */
const GIT_CALL = /^git-/;

interface Gits {
  readonly pid: number;
  readonly folder: string;
}

/** Lock files of git, with who works where they lie. */
export async function lookAtLocks(
  { commonDir, main }: RepositoryPlace,
  worktrees: WorktreesFacts,
  platform: ProcessPlatform,
): Promise<LockFacts[]> {
  const ofAll = await locksOf(commonDir, [main, commonDir, ...worktrees.all.map(({ folder }) => folder)]);
  const below = (await filesBelow(path.join(commonDir, 'refs'))).filter((file) => file.endsWith('.lock'));
  const refs = (await Promise.all(below.map(dated))).filter((one) => one !== null);
  const each = await Promise.all(worktrees.all.map(({ gitDir, folder }) => locksOf(gitDir, [folder, gitDir])));
  const found = [...ofAll, ...refs.map((one) => ({ ...one, places: [main, commonDir] })), ...each.flat()];
  if (found.length === 0) return [];
  const gits = await gitsAtWork(platform, commonDir);
  return inBatches(found, async ({ path: file, since, places }) => {
    if (gits === null) return { path: file, since, owners: 'unknown' as const };
    const real = await Promise.all(places.map((place) => realpath(place).catch(() => place)));
    const owners = gits.filter(({ folder }) => real.some((place) => isIn(place, folder)));
    return { path: file, since, owners: owners.map(({ pid }) => pid) };
  });
}

async function locksOf(gitDir: string, places: string[]): Promise<{ path: string; since: number; places: string[] }[]> {
  const names = (await namesIn(gitDir)).filter((name) => name.endsWith('.lock'));
  return (await allDated(gitDir, names)).map((one) => ({ ...one, places }));
}

/** Null where the system does not show programs and their folders. Calls that only read from the git dir hold no lock. */
async function gitsAtWork(platform: ProcessPlatform, commonDir: string): Promise<Gits[] | null> {
  const { nameOf, folderOf } = platform;
  if (nameOf === null || folderOf === null) return null;
  const top = await realpath(commonDir);
  const all = await inBatches(await platform.list(), async ({ pid, runId }) => {
    if ((await nameOf(pid))?.startsWith('git') !== true) return null;
    const folder = await folderOf(pid);
    return folder === null || (folder === top && GIT_CALL.test(runId ?? '')) ? null : { pid, folder };
  });
  return all.filter((one) => one !== null);
}

function isIn(place: string, folder: string): boolean {
  return folder === place || folder.startsWith(`${place}${path.sep}`);
}

/** Runs on record, and runs that work in a worktree of this repository and are on no record. */
export async function lookAtRuns(
  place: RepositoryPlace,
  platform: ProcessPlatform,
  liveRuns: () => readonly string[] | 'all',
): Promise<RunFacts[]> {
  const records = await new RunRecords(path.join(storeIn(place).root, 'runs')).all();
  const all = await platform.list();
  // Asked last: a run is known to its engine before it is on record.
  const ours = liveRuns();
  const isOurs = (id: string): boolean => ours === 'all' || ours.includes(id);
  const recorded = records.map((record): RunFacts => ({
    id: record.id,
    label: record.label,
    since: record.command.length === 0 ? null : Date.parse(record.startedAt),
    record: record.command.length === 0 ? 'unreadable' : 'there',
    processes: all.filter((one) => belongsTo(record, one, platform)).map(({ pid }) => pid),
    isOurs: isOurs(record.id),
  }));
  // An agent that is kept has its record in a folder of its own, and its keeper answers for it.
  const kept = await namesIn(path.join(storeIn(place).root, 'agents'));
  const known = new Set([...records.map(({ id }) => id), ...kept]);
  const strange = new Map<string, number[]>();
  for (const one of all) {
    if (one.runId === null || known.has(one.runId) || GIT_CALL.test(one.runId)) continue;
    const folder = (await platform.folderOf?.(one.pid)) ?? null;
    if (folder !== null && isIn(place.home, folder))
      strange.set(one.runId, [...(strange.get(one.runId) ?? []), one.pid]);
  }
  return [
    ...recorded,
    ...[...strange].map(([id, processes]): RunFacts => ({
      id,
      label: id,
      since: null,
      record: 'missing',
      processes,
      isOurs: isOurs(id),
    })),
  ];
}

function belongsTo({ id, main }: RunRecord, one: ProcessEntry, { boot }: ProcessPlatform): boolean {
  if (one.runId === id) return true;
  return main !== null && main.pid === one.pid && main.startedAt === one.startedAt && main.boot === boot;
}
