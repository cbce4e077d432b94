import type * as vscode from 'vscode';
import type { Log } from '../ports/log';

/** The one log of the extension, as the port that everything below writes to. */
export function logTo(channel: vscode.LogOutputChannel): Log {
  return {
    debug: (message) => channel.debug(message),
    info: (message) => channel.info(message),
    warn: (message) => channel.warn(message),
    error: (message) => channel.error(message),
  };
}
