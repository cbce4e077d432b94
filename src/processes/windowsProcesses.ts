import type { ProcessEntry } from './processEntry';

/**
 * Prints `pid parent ticks` for each process. Ticks (100 ns since the year 1, UTC) do not depend on the language of the
 * machine, as a printed date would.
 */
const QUERY =
  'Get-CimInstance Win32_Process -Property ProcessId,ParentProcessId,CreationDate | ' +
  'ForEach-Object { if ($_.CreationDate) { "$($_.ProcessId) $($_.ParentProcessId) $($_.CreationDate.ToUniversalTime().Ticks)" } }';

export const POWERSHELL_ARGUMENTS = ['-NoProfile', '-NonInteractive', '-Command', QUERY] as const;

/** Reads what `POWERSHELL_ARGUMENTS` prints. Windows shows neither groups nor another process's environment. */
export function parseWindowsProcesses(output: string): ProcessEntry[] {
  return output.split(/\r?\n/).flatMap((line) => {
    const found = /^\s*(\d{1,10})\s+(\d{1,10})\s+(\d{5,19})\s*$/.exec(line);
    if (found === null) return [];
    const [, pid, parent, ticks = ''] = found;
    // In milliseconds, because ticks are beyond what a number holds exactly.
    const startedAt = Number(ticks.slice(0, -4));
    return [{ pid: Number(pid), parent: Number(parent), group: null, startedAt, runId: null }];
  });
}
