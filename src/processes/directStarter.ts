import type { ChildProcess } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import type { Socket } from 'node:net';
import { Readable, Writable } from 'node:stream';
import spawn from 'cross-spawn';
import { messageOf } from '../base/messageOf';
import { parseLinuxStat } from './linuxProcesses';
import type { Begun, NotStarted, ProgramEnd, Started, Starter, StartRequest } from './starter';

/** Starts programs from this process, which stands still for as long as the system copies it. */
export const directStarter: Starter = { start };

function start(request: StartRequest): Started {
  try {
    const child = spawn(request.program, [...request.args], {
      cwd: request.cwd,
      env: request.env,
      detached: isDetached(request.group, process.platform),
      stdio: [request.stdin === 'pipe' ? 'pipe' : 'ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    return startedAs(child, request);
  } catch (error) {
    return neverStarted(whyNot(request, error));
  }
}

/**
 * Elsewhere that makes a group. On Windows it takes the console away, whatever is said of hiding it: `cmd.exe`, through which
 * agents and runners that npm installed start, then opens a window, and so does each program that such a one starts.
 */
export function isDetached(group: StartRequest['group'], platform: NodeJS.Platform): boolean {
  return group === 'apart' || (group === 'own' && platform !== 'win32');
}

/** Everything listens from the first moment: a failed start is told only once. */
function startedAs(child: ChildProcess, request: StartRequest): Started {
  const ended = new Promise<ProgramEnd>((resolve) => {
    child.once('exit', (code, signal) =>
      resolve(code === null ? { kind: 'killed', signal: signal ?? 'unknown' } : { kind: 'exited', code }),
    );
    child.on('error', (error) => {
      if (child.pid === undefined) resolve(whyNot(request, error));
    });
  });
  const streams = {
    stdin: child.stdin ?? nowhere(),
    stdout: child.stdout ?? nothing(),
    stderr: child.stderr ?? nothing(),
  };
  // A program may end without reading all of its input; its end says what it thought of it.
  for (const stream of Object.values(streams)) stream.on('error', () => undefined);
  const { pid } = child;
  const begun: Promise<Begun> =
    pid === undefined ? ended.then(asBegun) : Promise.resolve({ kind: 'running', pid, startedAt: startOf(pid) });
  return {
    ...streams,
    begun,
    ended,
    isCut: () => false,
    hold: (whether) => hold(child, whether),
    kill: (signal) => void child.kill(signal),
  };
}

function hold(child: ChildProcess, whether: 'yes' | 'no'): void {
  // What has ended holds nothing.
  if (child.exitCode !== null || child.signalCode !== null) return;
  for (const one of [child, child.stdin, child.stdout, child.stderr] as (ChildProcess | Socket | null)[]) {
    if (whether === 'yes') one?.ref();
    else one?.unref();
  }
}

/** Without a process id the only end there is is that of a start that failed. */
function asBegun(end: ProgramEnd): Begun {
  return end.kind === 'notStarted' ? end : { kind: 'lost' };
}

function neverStarted(why: NotStarted): Started {
  const known = Promise.resolve(why);
  const [hold, kill] = [(): void => undefined, (): void => undefined];
  const streams = { stdin: nowhere(), stdout: nothing(), stderr: nothing() };
  return { ...streams, begun: known, ended: known, isCut: () => false, hold, kill };
}

function nothing(): Readable {
  return Readable.from([]);
}

function nowhere(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}

/** Read at once, not in a later turn: until then the process may have ended and its number be given away. */
function startOf(pid: number): number | null {
  if (process.platform !== 'linux') return null;
  try {
    return parseLinuxStat(readFileSync(`/proc/${pid}/stat`, 'latin1'))?.startedAt ?? null;
  } catch {
    return null;
  }
}

/** Errors of the operating system that mean: no such program, or nothing that can be started. */
const NO_PROGRAM = ['ENOENT', 'EACCES', 'ENOTDIR', 'EISDIR', 'ELOOP', 'ENOEXEC'];

/** A missing folder and a missing program look alike to the operating system; a person must know which it is. */
function whyNot({ cwd }: StartRequest, error: unknown): NotStarted {
  const message = messageOf(error);
  if (statSync(cwd, { throwIfNoEntry: false })?.isDirectory() !== true)
    return { kind: 'notStarted', why: 'noFolder', message };
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return { kind: 'notStarted', why: NO_PROGRAM.includes(code) ? 'noProgram' : 'refused', message };
}
