import { EventEmitter } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { RUN_VARIABLE } from '../../processes/processEntry';
import { endOf } from '../../processes/outputOf';
import type { ProgramEnd, Started, Starter } from '../../processes/starter';

/**
 * What simple-git's bundle has in place of `node:child_process`, so that git is started the way everything is. Run from
 * sources, simple-git starts git itself.
 */
const starters = new Map<string, Starter>();

/** Programs that carry this run id in their environment are started by this starter, until `work` is over. */
export async function startThrough<T>(starter: Starter, runId: string, work: () => Promise<T>): Promise<T> {
  starters.set(runId, starter);
  try {
    return await work();
  } finally {
    starters.delete(runId);
  }
}

interface Options {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * As the function of that name in Node, as far as simple-git uses it.
 *
 * @public The bundle of simple-git imports it in place of Node's.
 */
export function spawn(program: string, args: readonly string[], { cwd, env }: Options): Child {
  const starter = starters.get(env[RUN_VARIABLE] ?? '');
  if (starter === undefined) throw new Error('simple-git was not asked through the door to git.');
  return new Child(starter.start({ program, args, cwd, env, stdin: 'none', group: 'shared' }));
}

class Child extends EventEmitter {
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly stdin: Writable;
  killed = false;

  constructor(private readonly started: Started) {
    super();
    ({ stdout: this.stdout, stderr: this.stderr, stdin: this.stdin } = started);
    // No `exit` before it: simple-git waits 50 ms after that, and takes what has come by then for all of it.
    void endOf(started).then((end) => this.emit('close', codeOf(end)));
  }

  kill(signal: NodeJS.Signals = 'SIGTERM'): boolean {
    this.killed = true;
    this.started.kill(signal);
    return true;
  }
}

function codeOf(end: ProgramEnd): number | null {
  return end.kind === 'exited' ? end.code : null;
}
