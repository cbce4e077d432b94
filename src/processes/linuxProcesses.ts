import { RUN_VARIABLE, type ProcessEntry } from './processEntry';

/** What `/proc/<pid>/stat` says of one process. A zombie has ended; only its parent has not asked for its exit code yet. */
export interface LinuxStat extends Omit<ProcessEntry, 'runId'> {
  readonly state: 'alive' | 'zombie';
}

/**
 * Reads `/proc/<pid>/stat`. The name in parentheses may itself hold spaces and parentheses, so the fields are counted
 * from the last closing one. See proc(5): 3 state, 4 ppid, 5 pgrp, 22 starttime. Null for text of another shape.
 */
export function parseLinuxStat(text: string): LinuxStat | null {
  const open = text.indexOf(' (');
  const close = text.lastIndexOf(') ');
  if (open < 1 || close < open) return null;
  const fields = text.slice(close + 2).split(' ');
  const [pid, parent, group, startedAt] = [text.slice(0, open), fields[1], fields[2], fields[19]].map(wholeNumber);
  if (pid == null || parent == null || group == null || startedAt == null) return null;
  return { pid, parent, group, startedAt, state: /^[ZXx]$/.test(fields[0] ?? '') ? 'zombie' : 'alive' };
}

/** The run that an environment block (`/proc/<pid>/environ`, entries ended by NUL) belongs to. */
export function runIdInEnvironment(block: string): string | null {
  const prefix = `${RUN_VARIABLE}=`;
  const entry = block.split('\0').find((one) => one.startsWith(prefix));
  return entry === undefined ? null : entry.slice(prefix.length);
}

function wholeNumber(text: string | undefined): number | null {
  return text !== undefined && /^-?\d{1,15}$/.test(text) ? Number(text) : null;
}
