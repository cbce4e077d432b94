import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { FixableError, FolderGoneError } from '../base/errors';
import { pause } from '../base/pause';
import type { RunRequest, RunResult } from '../ports/processes';
import { endRun, type EndingPorts } from './endRun';
import { runEnvironment, takenOutLine } from './environment';
import { Limits } from './limits';
import type { RunTraces } from './members';
import { markOf } from './markOf';
import type { ProcessMark } from './processEntry';
import type { RunRecords } from './runRecords';
import type { NotStarted, Started, Starter } from './starter';

export interface RunPorts extends EndingPorts {
  readonly records: RunRecords;
  readonly starter: Starter;
  /** Work trees of people that the run must not reach by its environment. */
  readonly foreignFolders: readonly string[];
}

/** How long (ms) output is waited for once every process has ended; a stranger may hold the other end of the pipe. */
const DRAIN_MS = 1000;

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
  const started = await begin(request, ports);
  const begun = await started.program.begun;
  const main = begun.kind === 'running' ? await markOf(begun, ports.platform) : null;
  if (begun.kind === 'running') request.onBegun?.();
  if (main !== null) {
    await records.write({ ...record, main }).catch((error: unknown) => {
      ports.log.warn(`Run ${request.id} goes on without its process id on record: ${String(error)}`);
    });
  }
  const { outcome, leftBehind } = await untilAllEnded(request, { ...started, main }, ports);
  return { outcome, leftBehind, durationMs: Math.max(0, clock.now() - startedAt) };
}

/** Looked at first, so that nothing is put on record for it. */
async function checkFolder({ cwd }: RunRequest): Promise<void> {
  const folder = await stat(cwd).catch(() => null);
  if (folder?.isDirectory() !== true) throw new FolderGoneError(cwd);
}

/** Everything listens from the first moment, so that no output and no limit is missed. */
async function begin(request: RunRequest, ports: RunPorts): Promise<BegunRun> {
  const [name, ...args] = request.command;
  if (name === undefined || name === '') {
    await ports.records.remove(request.id);
    throw new FixableError(`Cannot run ${request.label}: its command is empty`);
  }
  const { environment, takenOut } = runEnvironment(process.env, request, {
    platform: ports.platform.name,
    foreignFolders: ports.foreignFolders,
  });
  const program = ports.starter.start({
    program: name,
    args,
    cwd: request.cwd,
    env: environment,
    stdin: request.input === undefined && request.onInput === undefined ? 'none' : 'pipe',
    group: 'own',
  });
  request.onInput?.(program.stdin);
  if (request.input !== undefined) program.stdin.end(request.input);
  if (takenOut.length > 0) (request.onTakenOut ?? request.onOutput)(takenOutLine(takenOut));
  const limits = new Limits(request, ports.clock);
  return { program, limits, output: forwardOutput(program, request, ports, limits) };
}

interface BegunRun {
  readonly program: Started;
  readonly limits: Limits;
  readonly output: ForwardedOutput;
}

type Ended = Pick<RunResult, 'outcome' | 'leftBehind'>;

async function untilAllEnded(
  request: RunRequest,
  { program, limits, output, main }: BegunRun & { main: ProcessMark | null },
  ports: RunPorts,
): Promise<Ended> {
  const first = await Promise.race([program.ended, limits.reached]);
  limits.dispose();
  if (first.kind === 'notStarted') return failedStart(request, first, ports);
  const begun = await program.begun;
  const traces: RunTraces = {
    id: request.id,
    main,
    // Once nobody holds the main process any more, its number may have been given away.
    group: begun.kind === 'running' && first.kind !== 'lost' ? begun.pid : null,
    proven: new Map(),
  };
  const ended = await endRun(traces, ports).catch((error: unknown) => {
    ports.log.error(`The processes of run ${request.id} could not be listed: ${String(error)}`);
    return null;
  });
  // The one that is known for certain ends in any case, also where processes cannot be listed.
  program.kill('SIGKILL');
  await program.ended;
  await output.drained();
  // What could not be ended stays on record, so that it is looked for again.
  if (ended?.denied.length === 0) await forget(request, ports);
  // What it printed is evidence: half of it is none, whatever the exit code.
  const isHalf = first.kind === 'exited' && program.isCut();
  return { outcome: isHalf ? { kind: 'lost' } : first, leftBehind: ended?.leftBehind ?? [] };
}

/** What a run found out does not wait for its record to go: the next start finds no process of it, and removes it then. */
async function forget({ id, label }: RunRequest, { records, log }: RunPorts): Promise<void> {
  await records.remove(id).catch((error: unknown) => {
    log.warn(`The record of ${label} stays until the next start: ${String(error)}`);
  });
}

async function failedStart(request: RunRequest, { why, message }: NotStarted, ports: RunPorts): Promise<Ended> {
  await forget(request, ports);
  const program = request.command[0] ?? '';
  if (why === 'noProgram') return { outcome: { kind: 'notFound', program }, leftBehind: [] };
  if (why === 'noFolder') throw new FolderGoneError(request.cwd);
  throw new FixableError(`Cannot run ${request.label}: ${program} could not be started (${message})`);
}

interface ForwardedOutput {
  /** Resolves when the last of it was handed on. Only to be called once every process has ended. */
  drained(): Promise<void>;
}

/** Hands on output as text. A character whose bytes come in two chunks is put together first. */
function forwardOutput(
  { stdout, stderr }: Started,
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
  const closed = Promise.all([stdout, stderr].map((stream) => once(stream, 'close')));
  for (const stream of [stdout, stderr]) stream.setEncoding('utf8').on('data', forward);
  return {
    async drained() {
      await Promise.race([closed, pause(clock, DRAIN_MS)]);
      listening = false;
      stdout.destroy();
      stderr.destroy();
    },
  };
}
