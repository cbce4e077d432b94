import { messageOf } from '../../base/messageOf';
import type { BaseVerdict } from '../../core/landing/baseVerdict';
import type { Oid } from '../../core/story/stage';
import type { Clock } from '../../ports/clock';
import type { Log } from '../../ports/log';

/** Runs of gates on commits that have landed, one at a time; what they say stands in the ledger, so a kill loses nothing. */
export class Probe {
  #running: { readonly commit: Oid; readonly abort: AbortController; readonly ended: Promise<void> } | null = null;
  /** What said nothing: it is not asked again by itself. */
  readonly #silent = new Set<string>();
  /** The commit for which everything else is kept from beginning. */
  #coming: Oid | null = null;
  #since = 0;
  #closed = false;

  constructor(private readonly ports: { readonly log: Log; readonly clock: Clock; readonly onEnd: () => void }) {}

  get commit(): Oid | null {
    return this.#coming ?? this.#running?.commit ?? null;
  }

  /** Since when (ms since 1970) this commit is asked; undefined where it is not. */
  sinceOn(commit: Oid): number | undefined {
    return this.commit === commit ? this.#since : undefined;
  }

  isFree(): boolean {
    return this.#running === null && this.#coming === null && !this.#closed;
  }

  #isClosed(): boolean {
    return this.#closed;
  }

  isSilent(name: string): boolean {
    return this.#silent.has(name);
  }

  /** `name` tells one question from another: which commit is asked, by which gate. Only where it is free. */
  begin(commit: Oid, name: string, work: (signal: AbortSignal) => Promise<BaseVerdict>): void {
    if (this.isFree()) this.#begin(commit, name, work);
  }

  /** Ends what runs and begins this in its place; nothing else begins in between. Not where this very commit is asked already. */
  async beginInstead(
    commit: Oid,
    prepare: () => Promise<(signal: AbortSignal) => Promise<BaseVerdict>>,
  ): Promise<'begun' | 'busy'> {
    if (this.commit === commit || this.#coming !== null || this.#closed) return 'busy';
    this.#coming = commit;
    this.#since = this.ports.clock.now();
    try {
      await this.stop();
      const work = await prepare();
      this.#silent.clear();
      if (!this.#isClosed()) this.#begin(commit, commit, work);
    } finally {
      this.#coming = null;
    }
    return 'begun';
  }

  #begin(commit: Oid, name: string, work: (signal: AbortSignal) => Promise<BaseVerdict>): void {
    const abort = new AbortController();
    const ended = this.#perform(name, abort.signal, work).then(() => {
      this.#running = null;
      this.ports.onEnd();
    });
    this.#running = { commit, abort, ended };
    this.#since = this.ports.clock.now();
  }

  async #perform(
    name: string,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<BaseVerdict>,
  ): Promise<void> {
    await Promise.resolve();
    try {
      if ((await work(signal)).kind === 'unknown' && !signal.aborted) this.#silent.add(name);
    } catch (error) {
      this.#silent.add(name);
      this.ports.log.warn(`[target] gates could not run: ${messageOf(error)}`);
    }
  }

  async stop(): Promise<void> {
    this.#running?.abort.abort();
    await this.#running?.ended;
  }

  close(): Promise<void> {
    this.#closed = true;
    return this.stop();
  }
}
