import { readFileSync, readdirSync } from 'node:fs';

/** Clock ticks a second of `/proc`; 100 on every Linux that Node runs on. */
const TICKS = 100;

/** CPU time in seconds. The three parts are those of a process, of what came from it and runs, and of what has ended. */
export interface CpuOfTree {
  readonly own: number;
  /** Such as a process that starts others. */
  readonly running: number;
  /** What has ended there and was waited for. The kernel adds it up exactly; what is cut is the sum. */
  readonly ended: number;
}

/** CPU time of this process and of all that came from it. Null where there is no `/proc`, or it names no children. */
export function cpuOfTree(): CpuOfTree | null {
  try {
    const { user, system } = process.cpuUsage();
    const found = { own: (user + system) / 1e6, running: 0, ended: 0 };
    for (const waiting = [process.pid]; waiting.length > 0;) {
      const pid = waiting.pop() ?? 0;
      const one = readStat(pid);
      found.ended += one.ended / TICKS;
      if (pid !== process.pid) found.running += one.ticks / TICKS;
      waiting.push(...childrenOf(pid));
    }
    return found;
  } catch {
    return null;
  }
}

/** What was spent from one look to the next. */
export function cpuBetween(one: CpuOfTree | null, other: CpuOfTree | null): CpuOfTree | null {
  if (one === null || other === null) return null;
  return { own: other.own - one.own, running: other.running - one.running, ended: other.ended - one.ended };
}

export function wholeOf(cpu: CpuOfTree | null): number | null {
  return cpu === null ? null : cpu.own + cpu.running + cpu.ended;
}

interface Entry {
  readonly ticks: number;
  readonly ended: number;
}

function readStat(pid: number): Entry {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const sum = (...places: number[]): number => places.reduce((all, at) => all + (fields[at] ?? 0), 0);
    return { ticks: sum(11, 12), ended: sum(13, 14) };
  } catch (error) {
    if (pid === process.pid) throw error;
    // It ended meanwhile.
    return { ticks: 0, ended: 0 };
  }
}

/** Read of each thread, for one's children are those of the thread that started them. */
function childrenOf(pid: number): number[] {
  const threads = pid === process.pid ? readdirSync(`/proc/${pid}/task`) : [String(pid)];
  return threads.flatMap((thread) => {
    try {
      const text = readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1');
      return text
        .split(' ')
        .map(Number)
        .filter((child) => child > 0);
    } catch (error) {
      if (pid === process.pid) throw error;
      return [];
    }
  });
}
