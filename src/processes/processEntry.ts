/**
 * One process as the operating system shows it.
 *
 * - `startedAt` tells two processes with the same id apart. Its unit is the platform's own (clock ticks since boot, seconds
 *   or milliseconds), so it is only ever compared with another value from the same platform and boot.
 * - `group` is null where the platform has no process groups.
 * - `runId` is the value of `SWITCHYARD_RUN` in its environment; null where that is not set or not shown.
 */
export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly group: number | null;
  readonly startedAt: number;
  readonly runId: string | null;
}

/** Which process is meant, whatever happens to its number later. `boot` is empty where start times need none. */
export interface ProcessMark {
  readonly pid: number;
  readonly startedAt: number;
  readonly boot: string;
}

/** Carried by every process of a run, so that one that detached itself is found too. */
export const RUN_VARIABLE = 'SWITCHYARD_RUN';
