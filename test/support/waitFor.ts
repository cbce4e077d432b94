import { inspect } from 'node:util';

export interface Patience {
  readonly deadlineMs?: number;
  /** What was there instead; asked only when the deadline has passed. */
  readonly seen?: () => unknown;
}

const pollMs = 40;

/**
 * Asks `probe` until it answers with something truthy, and returns that answer.
 * An error thrown by the probe counts as "not yet": pages and hosts come and go while a test waits.
 */
export async function waitFor<T>(
  what: string,
  probe: () => T | Promise<T>,
  { deadlineMs = 20_000, seen }: Patience = {},
): Promise<NonNullable<T>> {
  const deadline = Date.now() + deadlineMs;
  let obstacle: unknown;
  for (;;) {
    try {
      const answer = await probe();
      if (answer) return answer;
      obstacle = undefined;
    } catch (error) {
      obstacle = error;
    }
    if (Date.now() > deadline) throw await timeUp(what, deadlineMs, seen, obstacle);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

async function timeUp(what: string, deadlineMs: number, seen: Patience['seen'], obstacle: unknown): Promise<Error> {
  const lines = [`Waited ${deadlineMs / 1000} s for ${what}.`];
  if (seen) lines.push(`Seen instead: ${await describe(seen)}`);
  if (obstacle !== undefined) lines.push(`Last error: ${messageOf(obstacle)}`);
  return new Error(lines.join('\n'));
}

async function describe(seen: () => unknown): Promise<string> {
  try {
    const value = await seen();
    return typeof value === 'string' ? value : JSON.stringify(value, undefined, 1);
  } catch (error) {
    return `(could not look: ${messageOf(error)})`;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : inspect(error);
}
