import { simpleGit, type SimpleGit } from 'simple-git';
import { endOf } from '../../processes/outputOf';
import type { ProgramEnd, Starter } from '../../processes/starter';
import { RUN_VARIABLE } from '../../processes/processEntry';
import { FIXED_CONFIG } from './environment';
import { startThrough } from './simpleGitProcesses';

export interface SimpleGitOptions {
  readonly binary: string;
  readonly cwd: string;
  /** The whole environment; it names the run. */
  readonly env: Readonly<Record<string, string>>;
  readonly starter: Starter;
}

/** What simple-git made of its answer, and how git ended; null where git was not started through the starter. */
export interface Answer<T> {
  readonly value: T;
  readonly end: ProgramEnd | null;
}

/**
 * Asks simple-git. It takes the end by a signal for success, so how git ended comes with the answer. Rejects with
 * simple-git's own errors.
 */
export async function askSimpleGit<T>(
  { binary, cwd, env, starter }: SimpleGitOptions,
  ask: (git: SimpleGit) => Promise<T>,
): Promise<Answer<T>> {
  const ends: Promise<ProgramEnd>[] = [];
  const noting: Starter = {
    start(request) {
      const started = starter.start(request);
      ends.push(endOf(started));
      return started;
    },
  };
  const unsafe = {
    // simple-git counts these as dangerous in general; here they are the fixed values that close doors.
    allowUnsafeHooksPath: true,
    allowUnsafeFsMonitor: true,
    allowUnsafeEditor: true,
    allowUnsafePager: true,
    allowUnsafeConfigPaths: true,
    allowUnsafeExec: true,
    // The path comes from VS Code's Git extension and may hold blanks.
    allowUnsafeCustomBinary: true,
  };
  const allowEnvironment = Object.keys(env).filter((name) => name.toUpperCase().startsWith('GIT_'));
  const git = simpleGit({ baseDir: cwd, binary, config: [...FIXED_CONFIG], unsafe, allowEnvironment }).env(env);
  const value = await startThrough(noting, env[RUN_VARIABLE] ?? '', () => ask(git));
  return { value, end: (await Promise.all(ends))[0] ?? null };
}
