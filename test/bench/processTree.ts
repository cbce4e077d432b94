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

/** CPU time of a process and of all that came from it. Null where there is no `/proc`. */
export function cpuOfTree(root: number): CpuOfTree | null {
  try {
    const all = readAll();
    const children = new Map<number, number[]>();
    for (const [pid, { parent }] of all) children.set(parent, [...(children.get(parent) ?? []), pid]);
    const found = { own: (all.get(root)?.ticks ?? 0) / TICKS, running: 0, ended: 0 };
    for (const waiting = [root]; waiting.length > 0;) {
      const pid = waiting.pop() ?? 0;
      const one = all.get(pid);
      found.ended += (one?.ended ?? 0) / TICKS;
      if (pid !== root) found.running += (one?.ticks ?? 0) / TICKS;
      waiting.push(...(children.get(pid) ?? []));
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
  readonly parent: number;
  readonly ticks: number;
  readonly ended: number;
}

function readAll(): Map<number, Entry> {
  const found = new Map<number, Entry>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const text = readFileSync(`/proc/${name}/stat`, 'latin1');
      const fields = text
        .slice(text.lastIndexOf(')') + 2)
        .split(' ')
        .map(Number);
      const sum = (...places: number[]): number => places.reduce((all, at) => all + (fields[at] ?? 0), 0);
      found.set(Number(name), { parent: fields[1] ?? 0, ticks: sum(11, 12), ended: sum(13, 14) });
    } catch {
      // It ended meanwhile.
    }
  }
  return found;
}
