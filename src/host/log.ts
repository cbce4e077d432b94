import type * as vscode from 'vscode';
import type { Log } from '../ports/log';

/** How many lines are remembered. */
const KEPT = 2_000;

/** The latest lines of a log, oldest first, each with its time and level. */
export type RecentLines = () => readonly string[];

/**
 * The one log of the extension, as the port that everything below writes to; and its latest lines, which VS Code itself
 * does not give back.
 */
export function logTo(channel: vscode.LogOutputChannel): { readonly log: Log; readonly recent: RecentLines } {
  const lines: string[] = [];
  const keep = (level: keyof Log, message: string): void => {
    lines.push(`${new Date().toISOString()} [${level}] ${message}`);
    if (lines.length > KEPT) lines.splice(0, lines.length - KEPT);
    channel[level](message);
  };
  const log: Log = {
    debug: (message) => keep('debug', message),
    info: (message) => keep('info', message),
    warn: (message) => keep('warn', message),
    error: (message) => keep('error', message),
  };
  return { log, recent: () => [...lines] };
}
