import { pause } from '../base/pause';
import type { Clock } from '../ports/clock';
import type { Log } from '../ports/log';
import { detachedFrom, membersOf, type RunTraces } from './members';
import type { ProcessPlatform } from './platform';
import type { ProcessEntry } from './processEntry';

export interface EndingPorts {
  readonly platform: ProcessPlatform;
  readonly clock: Clock;
  readonly log: Log;
}

export interface EndedRun {
  /** Process ids that had detached themselves from the main process, or outlived it. */
  readonly leftBehind: readonly number[];
  /** Process ids that this person may not end, such as those of `sudo`. Empty: every process has ended. */
  readonly denied: readonly number[];
}

/** How long (ms) processes have to end by themselves after they were asked to. */
const GRACE_MS = 2000;
/** Pauses (ms) between looks; they grow, because what takes long to end takes long to look for too. */
const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 250;
/** Looks in a row that must find nothing: one alone can miss a process that ends while the child it made starts. */
const QUIET_LOOKS = 2;

/** Ends every process of a run: asks first, then kills, and looks again until none is found. */
export function endRun(run: RunTraces, ports: EndingPorts): Promise<EndedRun> {
  return new Ending(run, ports).end();
}

class Ending {
  readonly #proven: Map<number, number>;
  readonly #asked = new Set<number>();
  readonly #denied = new Set<number>();
  readonly #leftBehind = new Set<number>();
  #killing = false;

  constructor(
    private readonly run: RunTraces,
    private readonly ports: EndingPorts,
  ) {
    this.#proven = new Map(run.proven);
  }

  async end(): Promise<EndedRun> {
    let found = await this.#look();
    const mainHadEnded = !this.#holdsMain(found);
    for (const { pid } of detachedFrom(this.run.main, found)) this.#leftBehind.add(pid);
    let waitMs = FIRST_PAUSE_MS;
    // What was waited is added up: a clock that is set back must not stretch it.
    let grace = GRACE_MS;
    for (let quiet = found.length === 0 ? 1 : 0; quiet < QUIET_LOOKS; quiet = found.length === 0 ? quiet + 1 : 0) {
      if (grace > 0) this.#ask(found);
      else this.#kill(found);
      await pause(this.ports.clock, waitMs);
      grace -= waitMs;
      waitMs = Math.min(waitMs * 2, LONGEST_PAUSE_MS);
      found = await this.#look();
      if (mainHadEnded) for (const { pid } of found) this.#leftBehind.add(pid);
    }
    return { leftBehind: [...this.#leftBehind], denied: [...this.#denied] };
  }

  async #look(): Promise<ProcessEntry[]> {
    const { platform } = this.ports;
    const run = { ...this.run, proven: this.#proven };
    const since = run.main?.boot === platform.boot ? run.main.startedAt : undefined;
    const found = membersOf(run, await platform.list(since), { boot: platform.boot, self: process.pid });
    // What was proven stays proven when its parent ends and it is handed to another.
    for (const one of found) this.#proven.set(one.pid, one.startedAt);
    return found.filter((one) => !this.#denied.has(one.pid));
  }

  /** Asks each process once to end by itself, so that git removes its lock files and a server its socket. */
  #ask(found: readonly ProcessEntry[]): void {
    for (const one of found) {
      if (this.#asked.has(one.pid)) continue;
      this.#asked.add(one.pid);
      this.#send(one, 'SIGTERM', one.pid);
    }
  }

  #kill(found: readonly ProcessEntry[]): void {
    if (found.length > 0 && !this.#killing)
      this.ports.log.info(`Killing what is left of ${this.run.id}: ${pidsOf(found)}`);
    this.#killing = found.length > 0;
    const outlivesMain = !this.#holdsMain(found);
    const group = this.ports.platform.ownGroup === 'yes' ? this.run.main?.pid : undefined;
    const inGroup = found.find((one) => one.group === group);
    // The whole group at one stroke: processes that fork faster than they are listed cannot get away.
    if (inGroup?.group != null) this.#send(inGroup, 'SIGKILL', -inGroup.group);
    for (const one of found) {
      if (outlivesMain) this.#leftBehind.add(one.pid);
      this.#send(one, 'SIGKILL', one.pid);
    }
  }

  #holdsMain(found: readonly ProcessEntry[]): boolean {
    return found.some((one) => one.pid === this.run.main?.pid);
  }

  #send(proof: ProcessEntry, signal: 'SIGTERM' | 'SIGKILL', to: number): void {
    if (!this.ports.platform.isStill(proof)) return;
    try {
      process.kill(to, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') return;
      if (to > 0) this.#denied.add(to);
      this.ports.log.error(`Process ${to} of run ${this.run.id} cannot be ended: ${String(error)}`);
    }
  }
}

function pidsOf(found: readonly ProcessEntry[]): string {
  return found.map((one) => one.pid).join(', ');
}
