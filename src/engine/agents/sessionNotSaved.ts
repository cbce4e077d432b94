import type { Log } from '../../ports/log';

/** What is done where the session store cannot be written: what it holds counts in this process all the same. */
export function sessionNotSaved(log: Log): (error: unknown) => void {
  return (error) => log.warn(`session_store not saved: ${String(error)}`);
}
