import { readFileSync, readdirSync } from 'node:fs';

/** Clock ticks a second of `/proc`; 100 on every Linux that Node runs on. */
const TICKS = 100;

/**
 * CPU time (seconds) of a process, of all that came from it and still runs, and of what has ended there and was waited
 * for. Null where there is no `/proc`.
 */
export function cpuOfTree(root: number): number | null {
  try {
    const all = readAll();
    const children = new Map<number, number[]>();
    for (const [pid, { parent }] of all) children.set(parent, [...(children.get(parent) ?? []), pid]);
    let sum = 0;
    for (const waiting = [root]; waiting.length > 0;) {
      const pid = waiting.pop() ?? 0;
      sum += all.get(pid)?.ticks ?? 0;
      waiting.push(...(children.get(pid) ?? []));
    }
    return sum / TICKS;
  } catch {
    return null;
  }
}

function readAll(): Map<number, { parent: number; ticks: number }> {
  const found = new Map<number, { parent: number; ticks: number }>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const text = readFileSync(`/proc/${name}/stat`, 'latin1');
      const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
      const ticks = [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at]), 0);
      found.set(Number(name), { parent: Number(fields[1]), ticks });
    } catch {
      // It ended meanwhile.
    }
  }
  return found;
}
