import path from 'node:path';
import type { Clock } from '../../../src/ports/clock';
import { openStore, type OpenStore, type StoreOptions } from '../../../src/store/openStore';
import { realDisk, type Disk } from '../../../src/store/log/disk';
import { projectRoot } from '../../support/projectRoot';
import { KeptLog } from '../../unit/store/storeFixtures';

export const wasmPath = path.join(projectRoot, 'node_modules', 'sql.js', 'dist', 'sql-wasm.wasm');

/** Time that moves only when a test says so. */
export class HandClock implements Clock {
  #time = Date.parse('2026-01-02T12:00:00.000Z');
  readonly #timers = new Map<object, { due: number; callback: () => void }>();

  now = (): number => this.#time;

  after = (ms: number, callback: () => void): { dispose(): void } => {
    const timer = {};
    this.#timers.set(timer, { due: this.#time + ms, callback });
    return { dispose: () => void this.#timers.delete(timer) };
  };

  /** Moves time and calls what is due. */
  advance(ms: number): void {
    this.#time += ms;
    for (const [timer, { due, callback }] of [...this.#timers]) {
      if (due > this.#time) continue;
      this.#timers.delete(timer);
      callback();
    }
  }

  get waiting(): number {
    return this.#timers.size;
  }
}

export interface StoreUnderTest extends OpenStore {
  readonly log: KeptLog;
  readonly clock: HandClock;
}

/** Opens the store in a folder with a log that is kept and a clock moved by hand. */
export async function openStoreIn(dir: string, change: Partial<StoreOptions> = {}): Promise<StoreUnderTest> {
  const log = new KeptLog();
  const clock = new HandClock();
  return { ...(await openStore({ dir, wasmPath, clock, log, ...change })), log, clock };
}

/** Waits for no disk: for tests that are about what is written, not about when it is safe. */
export const hastyDisk: Disk = {
  ...realDisk,
  openFile: async (file) => ({ ...(await realDisk.openFile(file)), sync: () => new Promise(setImmediate) }),
  syncFolder: () => Promise.resolve(),
  syncAll: () => new Promise(setImmediate),
};
