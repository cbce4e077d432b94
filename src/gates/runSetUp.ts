import { asError } from '../base/messageOf';
import type { RunOutcome } from '../core/pipeline/runOutcome';
import { duration } from '../core/words/durations';
import type { Log } from '../ports/log';
import type { ProcessPort } from '../ports/processes';
import type { SharedWatch } from '../ports/sharedGitDir';
import type { SetUpCommand } from './chooseWorktree';
import { undoShared } from './undoShared';

/** Half an hour, as for a gate. */
const LONGEST_MS = 1800 * 1000;

export interface SetUpRequest {
  readonly commands: readonly SetUpCommand[];
  /** The worktree; absolute. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly processes: Pick<ProcessPort, 'run'>;
  readonly watchShared: (runId: string, folder: string) => Promise<SharedWatch>;
  readonly write: (text: string) => void;
  readonly log: Log;
  /** What a person calls it: `set-up of #3`. */
  readonly label: string;
  readonly newRunId: () => string;
  readonly signal: AbortSignal;
  readonly timeoutMs?: number;
}

/** `detail` is a sentence for a person. */
export type SetUpOutcome = { kind: 'done' } | { kind: 'failed'; detail: string } | { kind: 'stopped' };

/** Runs commands one after another in a worktree, and stops at the first that fails. What they do to what all worktrees share is undone. */
export async function runSetUp(request: SetUpRequest): Promise<SetUpOutcome> {
  const takenOut = new Set<string>();
  for (const command of request.commands) {
    if (request.signal.aborted) return { kind: 'stopped' };
    const outcome = await runOne(request, command, takenOut);
    if (outcome.kind !== 'done') return outcome;
  }
  return { kind: 'done' };
}

async function runOne(request: SetUpRequest, command: SetUpCommand, takenOut: Set<string>): Promise<SetUpOutcome> {
  const { folder, processes, write, label, newRunId, signal, log, timeoutMs = LONGEST_MS } = request;
  const id = newRunId();
  write(`$ ${command.command}\n`);
  const watch = await request.watchShared(id, folder);
  const run = processes.run({
    id,
    command: command.argv,
    cwd: folder,
    env: { ...request.env, ...watch.env },
    timeoutMs,
    silenceMs: null,
    onOutput: write,
    onTakenOut: (line) => {
      if (takenOut.size === 0) write(line);
      takenOut.add(line);
    },
    signal,
    label,
  });
  const undone = await run.then(
    () => undoShared(watch, log, label),
    (error: unknown) => undoShared(watch, log, label).then(() => Promise.reject(asError(error))),
  );
  const outcome = judge(command.command, (await run).outcome);
  const told = [...(outcome.kind === 'failed' ? [outcome.detail] : []), ...undone];
  write(`${told.join(' ')}\n`);
  return outcome;
}

function judge(command: string, outcome: RunOutcome): SetUpOutcome {
  const failed = (how: string): SetUpOutcome => ({ kind: 'failed', detail: `${command} ${how}.` });
  switch (outcome.kind) {
    case 'exited':
      return outcome.code === 0 ? { kind: 'done' } : failed(`exited with code ${outcome.code}`);
    case 'killed':
      return failed(`was ended by signal ${outcome.signal}`);
    case 'notFound':
      return failed(`could not start: there is no program named ${outcome.program}`);
    case 'timedOut':
    case 'silent':
      return failed(`ran longer than ${duration(outcome.afterMs)} and was ended`);
    case 'lost':
      return failed('ended in a way that nobody saw');
    case 'stopped':
      return { kind: 'stopped' };
    default:
      return outcome satisfies never;
  }
}
