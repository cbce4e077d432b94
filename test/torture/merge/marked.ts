import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** How often, and each time after how long (ms), it is looked whether all have ended. */
const [LOOKS, LOOK_MS] = [100, 100];

/** The variable that every process of a scene has in its environment. */
export const SCENE = 'SWITCHYARD_TORTURE';

/** Processes that have this scene's mark; where the platform does not show environments, none. */
function markedProcesses(scene: string): number[] {
  if (process.platform !== 'linux') return [];
  const mark = `${SCENE}=${scene}\0`;
  return readdirSync('/proc').flatMap((name) => {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) return [];
    try {
      const isOver = / Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1').replace(/\(.*\)/s, ''));
      return !isOver && readFileSync(`/proc/${pid}/environ`, 'latin1').includes(mark) ? [pid] : [];
    } catch {
      return [];
    }
  });
}

/** Those that are there still when they had time to end, each with its command. They are ended then. */
export async function outlived(scene: string): Promise<string[]> {
  for (let look = 0; look < LOOKS && markedProcesses(scene).length > 0; look += 1) await pause(LOOK_MS);
  const left = markedProcesses(scene);
  const named = left.map((pid) => `${pid} (${commandOf(pid)})`);
  killAll(left);
  return named;
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ').trim();
  } catch {
    return 'ended since';
  }
}

/** What dies with a window: nothing, its process group, or every process that it started. */
export const WITH = ['alone', 'group', 'all'] as const;

export function killWith(what: (typeof WITH)[number], window: number, scene: string): void {
  const isGroup = what === 'group' && process.platform !== 'win32';
  // The window last, for it may be this very process.
  killAll([...(what === 'all' ? markedProcesses(scene) : []), isGroup ? -window : window]);
}

function killAll(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
}
