import type { ProcessPlatform } from './platform';
import type { ProcessEntry } from './processEntry';

/** Shells stand between a program and what it wants to run; nobody waits for one as such. */
const SHELLS = /^(?:ba|da|z|k|fi)?sh$/;

/**
 * Name of the program that a process waits for: the first below it that is neither `own` nor a shell, in the order in
 * which they were started. Null where there is none, or where the platform shows no names.
 */
export async function waitsFor(pid: number, own: RegExp, platform: ProcessPlatform): Promise<string | null> {
  if (platform.nameOf === null) return null;
  const all = await platform.list();
  let shell: string | null = null;
  for (let parents = new Set([pid]); parents.size > 0;) {
    const children = all.filter((one) => parents.has(one.parent)).sort(byStart);
    for (const child of children) {
      const name = await platform.nameOf(child.pid);
      if (name === null || own.test(name)) continue;
      if (!SHELLS.test(name)) return name;
      shell ??= name;
    }
    parents = new Set(children.map((one) => one.pid));
  }
  return shell;
}

function byStart(one: ProcessEntry, other: ProcessEntry): number {
  return one.startedAt - other.startedAt;
}
