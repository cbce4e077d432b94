import type { StatusResult } from 'simple-git';
import { FolderGoneError } from '../../base/errors';
import { exists } from '../../base/exists';
import { messageOf } from '../../base/messageOf';
import { RUN_VARIABLE } from '../../processes/processEntry';
import type { Started, Starter, StartRequest } from '../../processes/starter';
import type { CallWatch } from './callWatch';
import { gitEnvironment } from './environment';
import { GitError } from './gitError';

interface Way {
  readonly starter: Starter;
  readonly binary: string;
  readonly calls: CallWatch;
  readonly runId: string;
}

/** `git status` of a work tree, read by simple-git, watched and answered for like every other call. */
export async function readStatus(way: Way, cwd: string, options: readonly string[]): Promise<StatusResult> {
  if (!(await exists(cwd))) throw new FolderGoneError(cwd);
  const { binary, runId, calls } = way;
  const { askSimpleGit } = await import('./simpleGit');
  const starter = new WatchedStarter(way.starter, (started) =>
    calls.watch({ verb: 'status', cwd, runId, started }, started.ended),
  );
  const env = gitEnvironment(process.env, { [RUN_VARIABLE]: runId });
  const failure = async (stderr: string, exitCode: number | null): Promise<GitError> =>
    new GitError({ command: 'git status', cwd, exitCode, stderr, endedFor: await starter.endedFor });
  const answer = await askSimpleGit({ binary, cwd, env, starter }, (git) => git.status([...options])).catch(
    async (error: unknown) => Promise.reject(await failure(messageOf(error), null)),
  );
  const { value, end } = answer;
  if (end === null || (end.kind === 'exited' && end.code === 0)) return value;
  throw await failure('', end.kind === 'exited' ? end.code : null);
}

/** Starts one program and has it watched. */
class WatchedStarter implements Starter {
  /** The program that it was ended for. */
  endedFor: Promise<string | null> = Promise.resolve(null);

  constructor(
    private readonly starter: Starter,
    private readonly watch: (started: Started) => Promise<string | null>,
  ) {}

  start(request: StartRequest): Started {
    const started = this.starter.start(request);
    this.endedFor = this.watch(started);
    return started;
  }
}
