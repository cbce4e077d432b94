import assert from 'node:assert/strict';
import type { RunOutcome } from '../../../src/core/pipeline/runOutcome';
import type { Clock } from '../../../src/ports/clock';
import { Limits } from '../../../src/processes/limits';

/** A clock that stands still until it is moved. */
class HandClock implements Clock {
  #now = 0;
  #timers: { at: number; callback: () => void }[] = [];
  now(): number {
    return this.#now;
  }
  after(ms: number, callback: () => void) {
    const timer = { at: this.#now + ms, callback };
    this.#timers.push(timer);
    return { dispose: () => void (this.#timers = this.#timers.filter((one) => one !== timer)) };
  }
  get waiting(): number {
    return this.#timers.length;
  }
  move(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const next = this.#timers.filter((one) => one.at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#timers = this.#timers.filter((one) => one !== next);
      this.#now = next.at;
      next.callback();
    }
    this.#now = end;
  }
}

describe('limits of a run', () => {
  let clock: HandClock;
  let abort: AbortController;
  let reached: RunOutcome | null;

  beforeEach(() => {
    clock = new HandClock();
    abort = new AbortController();
    reached = null;
  });

  function start(timeoutMs: number | null, silenceMs: number | null): Limits {
    const limits = new Limits({ timeoutMs, silenceMs, signal: abort.signal }, clock);
    void limits.reached.then((limit) => (reached = limit));
    return limits;
  }

  /** What was reached, once everything that is under way has been told. */
  async function seen(): Promise<RunOutcome | null> {
    await new Promise((resolve) => setImmediate(resolve));
    return reached;
  }

  it('[MQ10] a timeout is reached at its time and not before', async () => {
    start(60_000, null);
    clock.move(59_999);
    assert.equal(await seen(), null);
    clock.move(1);
    assert.deepEqual(await seen(), { kind: 'timedOut', afterMs: 60_000 });
  });

  it('[A6] silence is reached after that long without output, at most a tenth late', async () => {
    const limits = start(null, 60_000);
    clock.move(59_000);
    assert.equal(await seen(), null);
    limits.sawOutput();
    clock.move(59_999);
    assert.equal(await seen(), null);
    clock.move(7_001);
    assert.deepEqual(await seen(), { kind: 'silent', afterMs: 60_000 });
  });

  it('[A6] output that goes on is never silence', async () => {
    const limits = start(null, 1000);
    for (let at = 0; at < 500; at += 1) {
      clock.move(900);
      limits.sawOutput();
    }
    assert.equal(await seen(), null);
  });

  it('[MQ10] stopping wins at once, also when it was asked for before', async () => {
    start(1000, 1000);
    abort.abort();
    assert.deepEqual(await seen(), { kind: 'stopped' });
    reached = null;
    start(1000, 1000);
    assert.deepEqual(await seen(), { kind: 'stopped' });
  });

  it('[MQ10] the first limit counts, and nothing is watched any longer', async () => {
    start(500, 100);
    clock.move(10_000);
    abort.abort();
    assert.deepEqual(await seen(), { kind: 'silent', afterMs: 100 });
    assert.equal(clock.waiting, 0);
  });

  it('[MQ10] a run that ended is not watched any longer', async () => {
    start(500, 100).dispose();
    clock.move(10_000);
    abort.abort();
    assert.equal(await seen(), null);
    assert.equal(clock.waiting, 0);
  });
});
