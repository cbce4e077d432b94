import { readFileSync } from 'node:fs';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { parseLinuxStat, runIdInEnvironment, type LinuxStat } from './linuxProcesses';
import { directStarter } from './directStarter';
import { outputOf } from './outputOf';
import type { ProcessEntry } from './processEntry';
import { parsePs, PS_ARGUMENTS } from './psProcesses';
import type { Starter } from './starter';
import { parseWindowsProcesses, POWERSHELL_ARGUMENTS } from './windowsProcesses';

/** Everything about processes that differs from one operating system to the next. */
export interface ProcessPlatform {
  readonly name: NodeJS.Platform;
  /**
   * Processes that have not ended, without zombies. Of those that started before `since` no run id is read where that
   * costs a look of its own, for none of them can be in a run that began then.
   */
  list(since?: number): Promise<ProcessEntry[]>;
  /** Start time of a process that this one started and has not been told the end of; null where it cannot be seen. */
  startOf(pid: number): Promise<number | null>;
  /** Name of a process's program file; null where the platform shows none. */
  readonly nameOf: ((pid: number) => Promise<string | null>) | null;
  /** Folder that a process works in, null where it may not be seen; null where the platform shows none. */
  readonly folderOf: ((pid: number) => Promise<string | null>) | null;
  /** Looks once more just before a signal is sent; platforms without a quick way say yes. */
  isStill(entry: ProcessEntry): boolean;
  /** Changes with every boot where start times count from it, else empty. */
  readonly boot: string;
  /** A run is started as the leader of a group of its own. */
  readonly ownGroup: 'yes' | 'no';
}

/** What the platform reads; a parameter so that each platform's rules are tested on any machine. */
export interface PlatformReader {
  readTextNow(path: string): string;
  readText(path: string): Promise<string>;
  names(folder: string): Promise<string[]>;
  link(path: string): Promise<string>;
  output(program: string, args: readonly string[]): Promise<string>;
}

/** The one place that knows operating systems apart. */
export function processPlatform(
  name: NodeJS.Platform,
  reader: PlatformReader = systemReader(directStarter),
): ProcessPlatform {
  if (name === 'linux') return linux(reader);
  return name === 'win32' ? windows(reader) : ps(name, reader);
}

function linux(reader: PlatformReader): ProcessPlatform {
  const lookNow = (pid: number): LinuxStat | null =>
    parseLinuxStat(orEmpty(() => reader.readTextNow(`/proc/${pid}/stat`)));
  return {
    name: 'linux',
    boot: orEmpty(() => reader.readTextNow('/proc/sys/kernel/random/boot_id')).trim(),
    ownGroup: 'yes',
    list: (since = 0) => listLinux(reader, lookNow, since),
    // Read at once, not in a later turn: until then the process may have ended and its number be given away.
    startOf: (pid) => Promise.resolve(lookNow(pid)?.startedAt ?? null),
    // A script goes by its own name there, not by that of what interprets it.
    nameOf: async (pid) => (await reader.readText(`/proc/${pid}/comm`).catch(() => '')).trim() || null,
    folderOf: (pid) => reader.link(`/proc/${pid}/cwd`).catch(() => null),
    isStill({ pid, startedAt }) {
      const now = lookNow(pid);
      return now?.state === 'alive' && now.startedAt === startedAt;
    },
  };
}

/**
 * What the kernel says of a process waits for no disk, so it is read at once, which costs a tenth of asking in turns; some
 * at a time. Its environment is the process's own memory, which may have to be waited for.
 */
async function listLinux(
  reader: PlatformReader,
  lookNow: (pid: number) => LinuxStat | null,
  since: number,
): Promise<ProcessEntry[]> {
  const pids = (await reader.names('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  return inBatches(pids, async (pid) => {
    const stat = lookNow(pid);
    if (stat?.state !== 'alive') return null;
    const { parent, group, startedAt } = stat;
    if (startedAt < since) return { pid, parent, group, startedAt, runId: null };
    // Another person's process shows no environment; it is not one of ours.
    const environment = await reader.readText(`/proc/${pid}/environ`).catch(() => '');
    const runId = runIdInEnvironment(environment);
    const isOwn = runId?.startsWith(GIT_RUN) !== true || !(await isDaemon(reader, pid, group));
    return { pid, parent, group, startedAt, runId: isOwn ? runId : null };
  });
}

/** How the run ids of git calls begin. */
export const GIT_RUN = 'git-';

/**
 * One that a git call was only the first to need, as `gpg-agent`: it and who leads its group are at the root. Git and its filters
 * work in a tree, and what they start stays in their group.
 */
async function isDaemon(reader: PlatformReader, pid: number, group: number | null): Promise<boolean> {
  const isAtRoot = async (one: number | null): Promise<boolean> =>
    (await reader.link(`/proc/${one}/cwd`).catch(() => null)) === '/';
  return (await isAtRoot(pid)) && isAtRoot(group);
}

function ps(name: NodeJS.Platform, reader: PlatformReader): ProcessPlatform {
  const list = async (): Promise<ProcessEntry[]> => parsePs(await reader.output('/bin/ps', PS_ARGUMENTS));
  return {
    name,
    boot: '',
    ownGroup: 'yes',
    list,
    startOf: async (pid) => (await list()).find((one) => one.pid === pid)?.startedAt ?? null,
    nameOf: null,
    folderOf: null,
    isStill: () => true,
  };
}

function windows(reader: PlatformReader): ProcessPlatform {
  const list = async (): Promise<ProcessEntry[]> =>
    parseWindowsProcesses(await reader.output('powershell.exe', POWERSHELL_ARGUMENTS));
  return {
    name: 'win32',
    boot: '',
    ownGroup: 'no',
    list,
    startOf: async (pid) => (await list()).find((one) => one.pid === pid)?.startedAt ?? null,
    nameOf: null,
    folderOf: null,
    isStill: () => true,
  };
}

function orEmpty(read: () => string): string {
  try {
    return read();
  } catch {
    return ''; // ended in the meantime, or not ours to see
  }
}

/** So many at a time that a machine with thousands of processes neither stands still nor runs out of file handles. */
const BATCH = 64;

async function inBatches<T, R>(items: readonly T[], work: (item: T) => Promise<R | null>): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += BATCH) {
    const some = await Promise.all(items.slice(start, start + BATCH).map(work));
    for (const one of some) if (one !== null) results.push(one);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return results;
}

/** Start times are compared over days, in which a laptop travels and summer time ends: `ps` prints them as the clock on the wall has them. */
const OF_NOWHERE = { LC_ALL: 'C', TZ: 'UTC' };

/** This machine, read with the programs that this starter starts. */
export function systemReader(starter: Starter): PlatformReader {
  return {
    readTextNow: (path) => readFileSync(path, 'latin1'),
    readText: (path) => readFile(path, 'latin1'),
    names: (folder) => readdir(folder),
    link: (path) => readlink(path),
    output: async (program, args) => {
      const env = { ...definedIn(process.env), ...OF_NOWHERE };
      const started = starter.start({ program, args, cwd: tmpdir(), env, stdin: 'none', group: 'shared' });
      const { end, stdout, stderr } = await outputOf(started);
      if (end.kind === 'exited' && end.code === 0) return stdout.toString('utf8');
      const why = end.kind === 'notStarted' ? end.message : stderr.toString('utf8').trim();
      throw new Error(`${program} could not list processes: ${why === '' ? end.kind : why}`);
    },
  };
}

function definedIn(env: NodeJS.ProcessEnv): Record<string, string> {
  const all = Object.entries(env);
  return Object.fromEntries(all.filter((entry): entry is [string, string] => entry[1] !== undefined));
}
