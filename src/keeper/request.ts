import type { RunClocks } from '../ports/keptRuns';
import type { StartRequest } from '../processes/starter';

/** What the keeper is told on its standard input: it holds the agent's environment, so no file and no command line has it. */
export interface KeeperRequest {
  readonly id: string;
  readonly program: Omit<StartRequest, 'group'>;
  /** What it reads before its input is closed; null where its input stays open or it has none. */
  readonly text: string | null;
  readonly clocks: RunClocks;
  /** Said before anything else, null for nothing. */
  readonly notice: string | null;
  /** What a host has to show. */
  readonly token: string;
}

/** Reads what a host wrote; null where it was cut off, because that host died over it. Only a host can write there. */
export function readRequest(text: string): KeeperRequest | null {
  if (!text.endsWith('\n')) return null;
  try {
    return JSON.parse(text) as KeeperRequest;
  } catch {
    return null;
  }
}
