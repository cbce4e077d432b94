import { rename, writeFile } from 'node:fs/promises';
import type { Disposable } from '../base/disposable';
import type { Clock } from '../ports/clock';
import { membersOf } from '../processes/members';
import type { ProcessPlatform } from '../processes/platform';
import type { ProcessMark } from '../processes/processEntry';
import type { RunMembers } from './runFolder';

/** Shortest pause (ms) between two looks, and how much longer than the look itself it is: looking costs 2 % at most. */
const SHORTEST_MS = 250;
const TIMES_LONGER = 50;

interface NotesParts {
  readonly id: string;
  readonly main: ProcessMark;
  readonly platform: ProcessPlatform;
  readonly clock: Clock;
  /** Where they are kept for whoever has to end the run in this process's place. */
  readonly file: string;
}

/**
 * Who belongs to a run, noted while it goes on: a process that left its group, whose parent has ended and whose environment
 * was emptied is known only by having been seen before.
 */
export class MemberNotes {
  readonly #proven = new Map<number, number>();
  #written = '';
  #timer: Disposable | null = null;
  #done = false;

  constructor(private readonly parts: NotesParts) {
    void this.#look();
  }

  /** Start times by process id. */
  get proven(): ReadonlyMap<number, number> {
    return this.#proven;
  }

  dispose(): void {
    this.#done = true;
    this.#timer?.dispose();
  }

  async #look(): Promise<void> {
    const { id, main, platform, clock } = this.parts;
    const began = performance.now();
    try {
      const all = await platform.list(main.startedAt);
      const run = { id, main, group: main.pid, proven: this.#proven };
      const found = membersOf(run, all, { boot: platform.boot, self: process.pid });
      if (this.#done) return;
      const there = new Set(all.map(({ pid }) => pid));
      for (const pid of this.#proven.keys()) if (!there.has(pid)) this.#proven.delete(pid);
      for (const { pid, startedAt } of found) this.#proven.set(pid, startedAt);
      await this.#write(found.filter((one) => one.runId !== id && one.pid !== main.pid));
    } catch {
      // What cannot be listed now may be later.
    }
    if (this.#done) return;
    const pause = Math.max(SHORTEST_MS, (performance.now() - began) * TIMES_LONGER);
    this.#timer = clock.after(pause, () => void this.#look());
  }

  async #write(others: readonly { readonly pid: number; readonly startedAt: number }[]): Promise<void> {
    const { main, file } = this.parts;
    const members: RunMembers = { main, others: others.map(({ pid, startedAt }) => [pid, startedAt]) };
    const text = JSON.stringify(members);
    if (text === this.#written) return;
    await writeFile(`${file}.new`, text, { mode: 0o600 });
    await rename(`${file}.new`, file);
    this.#written = text;
  }
}
