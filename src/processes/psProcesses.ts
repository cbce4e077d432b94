import { RUN_VARIABLE, type ProcessEntry } from './processEntry';

/**
 * Arguments for the `ps` of macOS. `-E` adds the environment after the command, for processes of the same person that
 * the system does not protect. `lstart` is printed in the language of `LC_ALL` and the zone of `TZ`, so run it with `LC_ALL=C` and
 * `TZ=UTC`.
 */
export const PS_ARGUMENTS = ['-A', '-E', '-ww', '-o', 'pid=,ppid=,pgid=,state=,lstart=,command='] as const;

const PS_LINE =
  /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+\w{3}\s+(\w{3})\s+(\d{1,2})\s+(\d\d):(\d\d):(\d\d)\s+(\d{4})(?:\s|$)/;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Reads the output of `ps` with `PS_ARGUMENTS`. Lines of another shape and ended processes are left out. */
export function parsePs(output: string): ProcessEntry[] {
  return output.split('\n').flatMap((line) => parsePsLine(line) ?? []);
}

function parsePsLine(line: string): ProcessEntry | null {
  const found = PS_LINE.exec(line);
  if (found === null) return null;
  const [, pid, parent, group, state, month, day, hour, minute, second, year] = found;
  if (state?.startsWith('Z') !== false) return null;
  const monthIndex = MONTHS.indexOf(month ?? '');
  if (monthIndex < 0) return null;
  const ms = Date.UTC(Number(year), monthIndex, Number(day), Number(hour), Number(minute), Number(second));
  return {
    pid: Number(pid),
    parent: Number(parent),
    group: Number(group),
    startedAt: ms / 1000,
    runId: runIdInPsLine(line),
  };
}

/** `ps -E` writes the environment as words after the command; the last one wins, because arguments come first. */
function runIdInPsLine(line: string): string | null {
  const found = [...line.matchAll(new RegExp(`\\s${RUN_VARIABLE}=(\\S*)`, 'g'))].at(-1);
  return found?.[1] ?? null;
}
