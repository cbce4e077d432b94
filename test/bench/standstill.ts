import { createRequire } from 'node:module';

type Call = (this: unknown, ...args: unknown[]) => unknown;

/** How long (ms) this process has stood still so far for starting programs, itself or through another. */
let stoodStill = 0;

export function standstill(): number {
  return stoodStill;
}

/** Times every start of a program from here on, and every message to a process that starts them. */
export function timeStarts(): void {
  // The bundle that is measured looks the function up each time it calls it.
  const starting = createRequire(__filename)('node:child_process') as { spawn: Call };
  const spawn = timed(starting.spawn);
  starting.spawn = function (...args) {
    const child = spawn.apply(this, args) as { send?: Call };
    if (child.send !== undefined) child.send = timed(child.send);
    return child;
  };
}

function timed(work: Call): Call {
  return function (...args) {
    const started = performance.now();
    try {
      return work.apply(this, args);
    } finally {
      stoodStill += performance.now() - started;
    }
  };
}

/** Memory that is held and was written to, in megabytes, as a host holds what other extensions keep in it. */
export function ballast(megabytes: number): Buffer[] {
  return Array.from({ length: megabytes }, () => Buffer.alloc(1024 * 1024, 1));
}
