import { execFile } from 'node:child_process';
import type { RemoteOutcome, Remotes } from '../../src/ports/remotes';

/** The other side through git itself, run in the repository as a person would: its hooks run, and nothing is forced. */
export function plainRemotes(repository: string): Remotes {
  const run = (...args: string[]) =>
    new Promise<RemoteOutcome>((resolve) => {
      const env = { ...process.env, LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0' };
      execFile('git', args, { cwd: repository, env }, (error, _, stderr) => {
        if (error === null) resolve({ kind: 'done' });
        // git ends with 1 where the other side or a hook refuses, and with 128 where it does not get there.
        else resolve({ kind: error.code === 1 ? 'rejected' : 'unreachable', said: stderr });
      });
    });
  return {
    push: (remote, from, to) => run('push', remote, `${from}:${to}`),
    fetch: (remote) => run('fetch', remote),
  };
}
