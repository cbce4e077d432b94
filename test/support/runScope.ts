import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import path from 'node:path';
import { waitFor } from './waitFor';

/** Marks every process of a run, so that those that detached themselves are found too. */
const runVariable = 'SWITCHYARD_TEST_RUN';
const markPattern = new RegExp(`(?:^|\\0)${runVariable}=([^\\0]+)`);

const interrupts = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Processes that were just killed may still be letting go of their files. */
const removal = { recursive: true, force: true, maxRetries: 10, retryDelay: 50 } as const;

/**
 * Everything one run leaves behind on the machine: a folder and a set of processes.
 * `close()` ends and removes both; so do the end of this process, an interrupt and an uncaught error.
 */
export class RunScope {
  readonly id = `${process.pid}-${randomBytes(6).toString('hex')}`;
  /** Resolved, because VS Code and git report real paths and tests compare with them. */
  readonly folder: string;
  readonly #groups = new Set<number>();
  readonly #endNow = (): void => this.#endSynchronously();
  readonly #interrupted = (signal: NodeJS.Signals): void => {
    void this.close().finally(() => process.exit(128 + constants.signals[signal]));
  };

  constructor() {
    endAbandonedRuns();
    // Short, because sockets live below it and a socket's path holds about a hundred characters.
    this.folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'sy-')));
    for (const name of ['tmp', 'home', 'scratch']) mkdirSync(path.join(this.folder, name));
    process.on('exit', this.#endNow);
    for (const signal of interrupts) process.on(signal, this.#interrupted);
  }

  path(...parts: string[]): string {
    return path.join(this.folder, ...parts);
  }

  /** A bare environment: what a person's shell, npm or editor exports must not change a result. */
  environment(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
    return {
      PATH: pathWithoutProjectTools(),
      HOME: this.path('home'),
      LANG: 'C.UTF-8',
      GIT_CONFIG_NOSYSTEM: '1',
      ...this.marks(),
      ...(process.env['DISPLAY'] ? { DISPLAY: process.env['DISPLAY'] } : {}),
      ...extra,
    };
  }

  /** The person's own environment, with their accounts, less what npm, git and a surrounding VS Code add for themselves. */
  personsEnvironment(): NodeJS.ProcessEnv {
    const added = /^(npm_|GIT_|VSCODE_|ELECTRON_|INIT_CWD$)/i;
    const own = Object.entries(process.env).filter(([name]) => !added.test(name));
    return { ...Object.fromEntries(own), PATH: pathWithoutProjectTools(), ...this.marks() };
  }

  /** What a process needs in its environment to belong to the run, whatever else is there. */
  marks(): Record<string, string> {
    return { TMPDIR: this.path('tmp'), [runVariable]: this.id };
  }

  /** Starts a program as the leader of a process group of its own. */
  start(command: string, args: readonly string[], options: SpawnOptions = {}): ChildProcess {
    const child = spawn(command, args, { env: this.environment(), ...options, detached: process.platform !== 'win32' });
    if (child.pid !== undefined) this.#groups.add(child.pid);
    return child;
  }

  /** Ends every process of the run, checks that none is left, and removes the folder. */
  async close(): Promise<void> {
    await waitFor('every process of the run to end', () => this.#endProcesses() === 0, {
      deadlineMs: 60_000,
      seen: () => findMarkedProcesses(this.id).map((pid) => `${pid} ${commandLine(pid)}`),
    });
    await rm(this.folder, removal);
    process.off('exit', this.#endNow);
    for (const signal of interrupts) process.off(signal, this.#interrupted);
  }

  #endSynchronously(): void {
    this.#endProcesses();
    rmSync(this.folder, removal);
  }

  /** The number of processes that were still there. */
  #endProcesses(): number {
    for (const group of this.#groups) kill(-group);
    this.#groups.clear();
    const marked = findMarkedProcesses(this.id);
    marked.forEach(endProcessAndGroup);
    return marked.length;
  }
}

/** Runs `work` in a scope of its own, and closes it whatever happens. */
export async function withRunScope<T>(work: (scope: RunScope) => Promise<T>): Promise<T> {
  const scope = new RunScope();
  try {
    return await work(scope);
  } finally {
    await scope.close();
  }
}

/** Processes that carry the run's mark. Only Linux shows another process's environment this way. */
function findMarkedProcesses(id: string): number[] {
  return [...readMarks()].filter(([, mark]) => mark === id).map(([pid]) => pid);
}

/** A runner that was killed outright could not end what it had started; the next one does. */
function endAbandonedRuns(): void {
  for (const [pid, mark] of readMarks()) if (!isAlive(Number.parseInt(mark, 10))) endProcessAndGroup(pid);
}

function readMarks(): Map<number, string> {
  const marks = new Map<number, string>();
  if (process.platform !== 'linux') return marks;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const mark = markPattern.exec(readProcFile(Number(pid), 'environ'))?.[1];
    if (mark !== undefined && Number(pid) !== process.pid) marks.set(Number(pid), mark);
  }
  return marks;
}

function commandLine(pid: number): string {
  return readProcFile(pid, 'cmdline').replaceAll('\0', ' ').slice(0, 200);
}

function readProcFile(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'latin1');
  } catch {
    return ''; // ended in the meantime
  }
}

/** The group too: Chromium's helpers hide their environment, but stay in the browser's group. */
function endProcessAndGroup(pid: number): void {
  kill(-pid);
  kill(pid);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // already gone
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function pathWithoutProjectTools(): string {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  return folders.filter((folder) => !folder.includes('node_modules')).join(path.delimiter);
}
