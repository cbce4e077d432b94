import type { Clock } from '../ports/clock';
import type { Log } from '../ports/log';
import type { ProcessPort, RunRequest, RunResult } from '../ports/processes';
import { endRun } from './endRun';
import { directStarter } from './directStarter';
import { processPlatform, systemReader } from './platform';
import { performRun, type RunPorts } from './run';
import { runSlots } from './runSlots';
import { RunRecords } from './runRecords';
import { workingIn } from './workingIn';
import type { Starter } from './starter';
import { systemClock } from '../base/systemClock';

export interface ProcessesOptions {
  /** Absolute; made when first needed. Holds one file for each run whose processes may be alive. */
  readonly recordDir: string;
  readonly log: Log;
  /** This machine's, unless given. */
  readonly platform?: NodeJS.Platform;
  readonly clock?: Clock;
  /** How programs are started; from this process, unless given. */
  readonly starter?: Starter;
  /** Work trees of people, for a run in a folder: what leads into one of them is kept from the run. None, unless given. */
  readonly foreignFolders?: (cwd: string) => Promise<readonly string[]>;
}

export interface Processes extends ProcessPort {
  /** Ids of the runs that this process has started and that are not over. */
  liveRuns(): readonly string[];
}

/**
 * Starts programs and answers for every process that comes of them.
 *
 * `run` rejects, with a sentence for a person, when the folder is missing, when the record cannot be written, and when the
 * operating system refuses to start the program for another reason than that there is none.
 */
export function createProcesses(options: ProcessesOptions): Processes {
  const { recordDir, log, clock = systemClock, platform = process.platform, starter = directStarter } = options;
  const { foreignFolders = () => Promise.resolve([]) } = options;
  const records = new RunRecords(recordDir);
  const ports = {
    records,
    log,
    clock,
    starter,
    platform: processPlatform(platform, systemReader(starter)),
    foreignFolders: [],
  };
  const live = new Set<string>();
  return {
    async run(request) {
      if (live.has(request.id)) throw new Error(`A run with the id ${request.id} is under way already.`);
      live.add(request.id);
      try {
        return await runWithSlot(request, ports, foreignFolders);
      } finally {
        live.delete(request.id);
      }
    },
    liveRuns: () => [...live],
    workingIn: (folder) => workingIn(ports.platform, folder),
    async endLeftovers() {
      const left = (await records.all()).filter((record) => !live.has(record.id));
      await Promise.all(
        left.map(async ({ id, label, main }) => {
          const { leftBehind, denied } = await endRun({ id, main, group: null, proven: new Map() }, ports);
          if (leftBehind.length > 0) log.info(`Ended what ${label} had left behind: ${leftBehind.join(', ')}`);
          await records.removeHalfWritten(id);
          if (denied.length === 0) await records.remove(id);
        }),
      );
      return left.map(({ id }) => id);
    },
  };
}

async function runWithSlot(
  request: RunRequest,
  ports: RunPorts,
  foreignFolders: NonNullable<ProcessesOptions['foreignFolders']>,
): Promise<RunResult> {
  const folders = await foreignFolders(request.cwd);
  const slot = await runSlots.take(request.cwd, { ...process.env, ...request.env });
  try {
    return await performRun(
      { ...request, env: { ...slot.env, ...request.env } },
      { ...ports, foreignFolders: folders },
    );
  } finally {
    slot.release();
  }
}
