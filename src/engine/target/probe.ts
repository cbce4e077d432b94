import { messageOf } from '../../base/messageOf';
import type { BaseVerdict } from '../../core/landing/baseVerdict';
import type { Oid } from '../../core/story/stage';
import type { Log } from '../../ports/log';

/** Runs of gates on commits that have landed, one at a time; what they say stands in the ledger, so a kill loses nothing. */
export class Probe {
  #running: { readonly commit: Oid; readonly abort: AbortController; readonly ended: Promise<void> } | null = null;
  /** What said nothing: it is not asked again by itself. */
  readonly #silent = new Set<string>();
  #closed = false;

  constructor(private readonly ports: { readonly log: Log; readonly onEnd: () => void }) {}

  get commit(): Oid | null {
    return this.#running?.commit ?? null;
  }

  isFree(): boolean {
    return this.#running === null && !this.#closed;
  }

  isSilent(name: string): boolean {
    return this.#silent.has(name);
  }

  /** By a person's word everything may be asked again. */
  forgetSilence(): void {
    this.#silent.clear();
  }

  /** `name` tells one question from another: which commit is asked, by which gate. */
  begin(commit: Oid, name: string, work: (signal: AbortSignal) => Promise<BaseVerdict>): void {
    const abort = new AbortController();
    const ended = this.#perform(name, abort.signal, work).then(() => {
      this.#running = null;
      this.ports.onEnd();
    });
    this.#running = { commit, abort, ended };
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
