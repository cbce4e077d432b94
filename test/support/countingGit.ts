import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * A git that writes down each of its starts, to be handed to the code under test as its git program. Only what is started
 * through it counts: neither the test's own git nor what git starts itself.
 */
export class CountingGit {
  /** Path of the program. */
  readonly binary: string;
  readonly #log: string;

  /** `folder` is kept by the caller for as long as the program is used. A shell of POSIX reads it. */
  constructor(folder: string, real = 'git') {
    this.binary = path.join(folder, 'counting-git');
    this.#log = path.join(folder, 'git-starts');
    writeFileSync(this.binary, script(this.#log, real));
    chmodSync(this.binary, 0o755);
  }

  /** The commands that were started, in their order, without Switchyard's fixed settings: `cat-file --batch -z`. */
  calls(from = 0): string[] {
    if (!existsSync(this.#log)) return [];
    return readFileSync(this.#log, 'utf8').split('\n').slice(0, -1).slice(from);
  }

  /** How many were started so far: what `calls` takes as its beginning. */
  get count(): number {
    return this.calls().length;
  }
}

/** How often each verb was started, most often first. */
export function countVerbs(calls: readonly string[]): [verb: string, times: number][] {
  const times = new Map<string, number>();
  for (const call of calls) {
    const verb = call.split(' ', 1)[0] ?? '';
    times.set(verb, (times.get(verb) ?? 0) + 1);
  }
  return [...times].sort((one, other) => other[1] - one[1] || one[0].localeCompare(other[0]));
}

/** One line a start, whatever an argument holds, and no process beside the shell that git then takes the place of. */
function script(log: string, real: string): string {
  return `#!/bin/sh
said() {
  while [ "$1" = -c ]; do shift 2; done
  line=$*
  printf '%s\\n' "\${line%%
*}"
}
said "$@" >>${quoted(log)}
exec ${quoted(real)} "$@"
`;
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
