import type { ProcessEntry, ProcessMark } from './processEntry';

/** What is known of a run when its processes are looked for. */
export interface RunTraces {
  readonly id: string;
  /** The process that was started, null where the record ends before its start. */
  readonly main: ProcessMark | null;
  /**
   * Number of the main process where it surely still means the run: this process started it and holds it. Null for a run
   * of an earlier process, whose number may have been given away.
   */
  readonly group: number | null;
  /** Start times by process id of those that were proven to belong to the run before. */
  readonly proven: ReadonlyMap<number, number>;
}

/**
 * The processes that surely belong to a run. A process id alone proves nothing, because numbers are used again: what
 * counts is a start time that was noted, the run id in the environment, a group that is surely the run's, or a parent
 * that belongs to the run. `self` is never a member.
 */
export function membersOf(
  run: RunTraces,
  processes: readonly ProcessEntry[],
  { boot, self }: { boot: string; self: number },
): ProcessEntry[] {
  const others = processes.filter((one) => one.pid !== self && one.pid > 1);
  const members = new Map<number, ProcessEntry>();
  for (const one of others) if (isMarked(run, one, boot)) members.set(one.pid, one);
  for (const one of others) if (isInGroup(run, one, others)) members.set(one.pid, one);
  addDescendants(members, others);
  return [...members.values()];
}

function isMarked(run: RunTraces, one: ProcessEntry, boot: string): boolean {
  if (one.runId === run.id || run.proven.get(one.pid) === one.startedAt) return true;
  return run.main?.pid === one.pid && run.main.startedAt === one.startedAt && run.main.boot === boot;
}

/**
 * A group outlives its leader, and on Windows a child keeps the number of a parent that has ended. But a process of that
 * number with another start time means that the number was given away since.
 */
function isInGroup(run: RunTraces, one: ProcessEntry, all: readonly ProcessEntry[]): boolean {
  const { group, main } = run;
  if (group === null || one.startedAt < (main?.startedAt ?? 0)) return false;
  if (one.group !== group && one.parent !== group) return false;
  const leader = all.find((other) => other.pid === group);
  return leader === undefined || leader.startedAt === main?.startedAt;
}

function addDescendants(members: Map<number, ProcessEntry>, all: readonly ProcessEntry[]): void {
  const byParent = new Map<number, ProcessEntry[]>();
  for (const one of all) byParent.set(one.parent, [...(byParent.get(one.parent) ?? []), one]);
  const open = [...members.values()];
  for (let parent = open.pop(); parent !== undefined; parent = open.pop()) {
    for (const child of byParent.get(parent.pid) ?? []) {
      // Windows keeps the number of a parent that has ended; an older process is not the child of a newer one.
      if (members.has(child.pid) || child.startedAt < parent.startedAt) continue;
      members.set(child.pid, child);
      open.push(child);
    }
  }
}

/** Members that the main process no longer holds by its chain of children: those that detached themselves. */
export function detachedFrom(main: ProcessMark | null, members: readonly ProcessEntry[]): ProcessEntry[] {
  const root = members.filter((one) => one.pid === main?.pid && one.startedAt === main.startedAt);
  const held = new Map(root.map((one) => [one.pid, one]));
  addDescendants(held, members);
  return members.filter((one) => !held.has(one.pid));
}
