import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../../src/ports/clock';
import type { Log } from '../../../src/ports/log';
import type { RunRequest } from '../../../src/ports/processes';
import { systemClock } from '../../../src/base/systemClock';
import { noteError } from '../../support/mocha/unexpectedErrors';

/** In the environment of everything a test starts, so that the test finds it by other means than the code it tests. */
const MARK = 'SY_PROCESS_TEST';

/** A folder, and all processes that carry one mark. `close` ends and removes both. */
export class Machine {
  readonly mark = randomBytes(8).toString('hex');
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'sy-run-')));
  readonly recordDir = join(this.folder, 'runs');
  readonly logged: string[] = [];
  readonly log: Log = {
    debug: () => undefined,
    info: (message) => void this.logged.push(`info ${message}`),
    warn: (message) => void this.logged.push(`warn ${message}`),
    error: (message) => {
      this.logged.push(`error ${message}`);
      noteError(message);
    },
  };

  get environment(): Record<string, string> {
    return { [MARK]: this.mark };
  }

  /** Process ids that carry the mark and have not ended, without this one. */
  alive(): number[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
      .filter((name) => read(`/proc/${name}/environ`).split('\0').includes(`${MARK}=${this.mark}`))
      .filter((name) => isRunning(Number(name)))
      .map(Number);
  }

  request(command: readonly string[], change: Partial<RunRequest> = {}): RunRequest {
    return {
      id: `run-${randomBytes(6).toString('hex')}`,
      command,
      cwd: this.folder,
      env: this.environment,
      timeoutMs: null,
      silenceMs: null,
      onOutput: () => undefined,
      signal: new AbortController().signal,
      label: 'a test',
      ...change,
    };
  }

  records(): string[] {
    try {
      return readdirSync(this.recordDir);
    } catch {
      return [];
    }
  }

  close(): void {
    for (const pid of this.alive()) process.kill(pid, 'SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export function isRunning(pid: number): boolean {
  const stat = read(`/proc/${pid}/stat`);
  return stat !== '' && !/\) [ZX] /.test(stat);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

/** The machine's clock, but a timer of exactly `ms` fires when the test says so. */
export function clockWithLever(ms: number): { clock: Clock; fire: () => void } {
  let held: (() => void) | undefined;
  const clock: Clock = {
    now: () => systemClock.now(),
    after(delay, callback) {
      if (delay !== ms) return systemClock.after(delay, callback);
      held = callback;
      return { dispose: () => (held = undefined) };
    },
  };
  return { clock, fire: () => held?.() };
}
