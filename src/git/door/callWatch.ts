import type { Disposable } from '../../base/disposable';
import { Listeners } from '../../base/listeners';
import { messageOf } from '../../base/messageOf';
import { onWhoseBehalf } from '../../base/onBehalfOf';
import type { Clock } from '../../ports/clock';
import type { GitCalls, WaitingCall } from '../../ports/gitCalls';
import type { Log } from '../../ports/log';
import { endRun } from '../../processes/endRun';
import type { ProcessPlatform } from '../../processes/platform';
import { waitsFor } from '../../processes/waitsFor';
import type { Started } from '../../processes/starter';

/** After how long (ms) a call is said to wait, how often it is looked at again, and after how long it is ended. */
export interface CallLimits {
  readonly waitingAfterMs: number;
  readonly endAfterMs: number;
}

/** An hour is longer than any filter needs that still does something for somebody. */
export const CALL_LIMITS: CallLimits = { waitingAfterMs: 10_000, endAfterMs: 60 * 60_000 };

export interface CallWatchOptions {
  readonly log: Log;
  readonly clock: Clock;
  readonly platform: () => ProcessPlatform;
  readonly limits: CallLimits;
}

/** A call as the door makes it. */
export interface WatchedCall {
  readonly verb: string;
  readonly cwd: string;
  readonly runId: string;
  readonly started: Started;
  /** Somebody wants it no more. */
  readonly signal?: AbortSignal | undefined;
  /** It is ended for that while git still runs: how git ends then says nothing, for its filters are ended as well. */
  readonly onStopped?: () => void;
}

/** Git and its programs, by how the names of their files begin. */
const GITS = /^git(?:$|[-.])/;

/** Watches git calls that are under way, so that none of them waits without a word or for ever. */
export class CallWatch implements GitCalls {
  readonly #waiting = new Map<WatchedCall, WaitingCall>();
  readonly #listeners: Listeners<void>;

  constructor(private readonly options: CallWatchOptions) {
    this.#listeners = new Listeners(options.log);
  }

  waitingCalls(): readonly WaitingCall[] {
    return [...this.#waiting.values()];
  }

  onWaiting(listener: () => void): Disposable {
    return this.#listeners.add(listener);
  }

  /**
   * Watches a call until it is `over`, which its output can make later than its own end, and until all of it has ended where
   * it was ended. Resolves to the program that it was ended for because that did not answer, else to null.
   */
  async watch(call: WatchedCall, over: Promise<unknown>): Promise<string | null> {
    const since = this.options.clock.now();
    const story = onWhoseBehalf();
    let ended: string | null = null;
    let ending = Promise.resolve();
    let open = true;
    const end = (program: string): void => {
      if (ended !== null || !open) return;
      ended = program;
      ending = this.#end(call, `${program} does not answer`);
    };
    let isRunning = true;
    void call.started.ended.then(() => (isRunning = false));
    const stop = (): void => {
      if (ended !== null || !open) return;
      if (isRunning) call.onStopped?.();
      ending = this.#end(call, 'it is wanted no more');
    };
    call.signal?.addEventListener('abort', stop);
    if (call.signal?.aborted === true) stop();
    const timers = [
      this.#after(this.options.limits.waitingAfterMs, () => void this.#tell(call, { since, story }, end, () => open)),
      this.#after(this.options.limits.endAfterMs, () => end(this.#waiting.get(call)?.program ?? `git ${call.verb}`)),
    ];
    await over;
    open = false;
    // The next call in the same tree bears the same id, and would be ended with what is left of this one.
    await ending;
    call.signal?.removeEventListener('abort', stop);
    for (const timer of timers) timer.dispose();
    if (this.#waiting.delete(call)) this.#listeners.call();
    return ended;
  }

  async #tell(
    call: WatchedCall,
    known: Pick<WaitingCall, 'since' | 'story'>,
    end: (program: string) => void,
    isOpen: () => boolean,
  ): Promise<void> {
    const found = await this.#programOf(call);
    if (!isOpen()) return;
    const { verb, cwd } = call;
    const program = found ?? `git ${verb}`;
    this.options.log.warn(`git ${verb} in ${cwd} goes on for long${found === null ? '' : `; it waits for ${found}`}`);
    this.#waiting.set(call, { verb, program, cwd, ...known, cancel: () => end(program) });
    this.#listeners.call();
  }

  async #programOf({ started }: WatchedCall): Promise<string | null> {
    const begun = await started.begun;
    if (begun.kind !== 'running') return null;
    return waitsFor(begun.pid, GITS, this.options.platform()).catch(() => null);
  }

  /** The signing program or filter may ignore that git has ended, so all that the call has started is ended. */
  async #end({ started, runId, verb }: WatchedCall, why: string): Promise<void> {
    const { log, clock, platform } = this.options;
    log.warn(`git ${verb} is ended, because ${why}`);
    const begun = await started.begun;
    if (begun.kind !== 'running') return;
    const { pid, startedAt } = begun;
    const main = startedAt === null ? null : { pid, startedAt, boot: platform().boot };
    await endRun({ id: runId, main, group: null, proven: new Map() }, { log, clock, platform: platform() }).catch(
      (error: unknown) => log.error(`What git ${verb} had started could not be ended: ${messageOf(error)}`),
    );
    started.kill('SIGKILL');
  }

  #after(ms: number, callback: () => void): Disposable {
    return this.options.clock.after(ms, callback);
  }
}
