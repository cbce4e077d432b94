import { messageOf } from '../base/messageOf';
import type { ChildProcess } from 'node:child_process';
import { stat } from 'node:fs/promises';
import spawn from 'cross-spawn';
import type { RunOutcome } from '../core/pipeline/runOutcome';
import type { RunRequest, RunResult } from '../ports/processes';
import { endRun, type EndingPorts } from './endRun';
import { runEnvironment } from './environment';
import { Limits } from './limits';
import type { RunTraces } from './members';
import type { ProcessMark } from './processEntry';
import type { RunRecords } from './runRecords';

export interface RunPorts extends EndingPorts {
  readonly records: RunRecords;
}

type MainEnd =
  Extract<RunOutcome, { kind: 'exited' | 'killed' }> | { kind: 'spawnFailed'; error: NodeJS.ErrnoException };

/** How long (ms) output is waited for once every process has ended; a stranger may hold the other end of the pipe. */
const DRAIN_MS = 1000;

/** Errors of the operating system that mean: no such program, or nothing that can be started. */
const NO_PROGRAM = ['ENOENT', 'EACCES', 'ENOTDIR', 'EISDIR', 'ELOOP'];

/** One run, from its record to the end of its last process. */
export async function performRun(request: RunRequest, ports: RunPorts): Promise<RunResult> {
  const { clock, records } = ports;
  const startedAt = clock.now();
  if (request.signal.aborted) return { outcome: { kind: 'stopped' }, leftBehind: [], durationMs: 0 };
  await checkFolder(request);
  const record = {
    id: request.id,
    label: request.label,
    command: [...request.command],
    startedAt: new Date(startedAt).toISOString(),
  };
  await records.write({ ...record, main: null });
  const started = await start(request, ports);
  const main = await markOf(started.child, ports);
  if (main !== null) {
    await records.write({ ...record, main }).catch((error: unknown) => {
      ports.log.warn(`Run ${request.id} goes on without its process id on record: ${String(error)}`);
    });
  }
  const { outcome, leftBehind } = await untilAllEnded(request, { ...started, main }, ports);
  return { outcome, leftBehind, durationMs: Math.max(0, clock.now() - startedAt) };
}

/** A missing folder and a missing program look alike to the operating system; a person must know which it is. */
async function checkFolder({ cwd, label }: RunRequest): Promise<void> {
  const folder = await stat(cwd).catch(() => null);
  if (folder?.isDirectory() !== true) throw new Error(`Cannot run ${label}: there is no folder ${cwd}.`);
}

/** Everything listens from the first moment: a failed start is told only once, and Node drops output that nobody takes. */
async function start(request: RunRequest, ports: RunPorts): Promise<Started> {
  try {
    const child = spawnMain(request, ports);
    const limits = new Limits(request, ports.clock);
    return { child, limits, end: mainEnd(child), output: forwardOutput(child, request, ports, limits) };
  } catch (error) {
    await ports.records.remove(request.id);
    const message = messageOf(error);
    throw new Error(`Cannot run ${request.label}: ${message}`, { cause: error });
  }
}

function spawnMain({ command, cwd, env, id }: RunRequest, { platform }: RunPorts): ChildProcess {
  const [program, ...args] = command;
  if (program === undefined || program === '') throw new Error('its command is empty.');
  return spawn(program, args, {
    cwd,
    env: runEnvironment(process.env, { env, id }, platform.name),
    detached: platform.ownGroup === 'yes',
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
  });
}

async function markOf(child: ChildProcess, { platform }: RunPorts): Promise<ProcessMark | null> {
  if (child.pid === undefined) return null;
  const startedAt = await platform.startOf(child.pid).catch(() => null);
  return startedAt === null ? null : { pid: child.pid, startedAt, boot: platform.boot };
}

function mainEnd(child: ChildProcess): Promise<MainEnd> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      resolve(code === null ? { kind: 'killed', signal: signal ?? 'unknown' } : { kind: 'exited', code });
    });
    child.once('error', (error) => resolve({ kind: 'spawnFailed', error }));
  });
}

interface Started {
  readonly child: ChildProcess;
  readonly limits: Limits;
  readonly end: Promise<MainEnd>;
  readonly output: ForwardedOutput;
}

type Ended = Pick<RunResult, 'outcome' | 'leftBehind'>;

async function untilAllEnded(
  request: RunRequest,
  { child, limits, end, output, main }: Started & { main: ProcessMark | null },
  ports: RunPorts,
): Promise<Ended> {
  const first = await Promise.race([end, limits.reached]);
  limits.dispose();
  if (first.kind === 'spawnFailed') return failedStart(request, first.error, ports);
  const traces: RunTraces = { id: request.id, main, group: child.pid ?? null, proven: new Map() };
  const ended = await endRun(traces, ports).catch((error: unknown) => {
    ports.log.error(`The processes of run ${request.id} could not be listed: ${String(error)}`);
    return null;
  });
  // The one that is known for certain ends in any case, also where processes cannot be listed.
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  await end;
  await output.drained();
  // What could not be ended stays on record, so that it is looked for again.
  if (ended?.denied.length === 0) await ports.records.remove(request.id);
  return { outcome: first, leftBehind: ended?.leftBehind ?? [] };
}

async function failedStart(request: RunRequest, error: NodeJS.ErrnoException, ports: RunPorts): Promise<Ended> {
  await ports.records.remove(request.id);
  const program = request.command[0] ?? '';
  if (NO_PROGRAM.includes(error.code ?? '')) return { outcome: { kind: 'notFound', program }, leftBehind: [] };
  throw new Error(`Cannot run ${request.label}: ${program} could not be started (${error.message}).`, { cause: error });
}

interface ForwardedOutput {
  /** Resolves when the last of it was handed on. Only to be called once every process has ended. */
  drained(): Promise<void>;
}

/** Hands on output as text. A character whose bytes come in two chunks is put together first. */
function forwardOutput(
  child: ChildProcess,
  request: RunRequest,
  { clock, log }: RunPorts,
  limits: Limits,
): ForwardedOutput {
  let listening = true;
  const forward = (text: string): void => {
    limits.sawOutput();
    if (!listening) return;
    try {
      request.onOutput(text);
    } catch (error) {
      listening = false;
      log.error(`Output of run ${request.id} is lost from here on: ${String(error)}`);
    }
  };
  const closed = new Promise<void>((resolve) => void child.once('close', () => resolve()));
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', forward);
  return {
    async drained() {
      await Promise.race([closed, new Promise<void>((resolve) => void clock.after(DRAIN_MS, resolve))]);
      listening = false;
      child.stdout?.destroy();
      child.stderr?.destroy();
    },
  };
}
