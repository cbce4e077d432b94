import { inspect } from 'node:util';

export interface Patience {
  /** How long (ms) nothing that is seen may change before the wait is given up. */
  readonly deadlineMs?: number;
  /** What is there instead. As long as it changes something goes on, however slowly, and the wait goes on too. */
  readonly seen?: () => unknown;
}

/** Soon again at first, then more seldom: what takes long takes longer where it is asked for all the time. */
const pollMs = { first: 40, most: 150, grows: 1.15 };
/** However much changes, such as the seconds of something that never ends: this many times the deadline is the end. */
const longest = 5;
/** How often what is seen is looked at: often enough to notice progress, seldom enough to cost nothing. */
const lookMs = 1000;

/**
 * Asks `probe` until it answers with something truthy, and returns that answer.
 * An error thrown by the probe counts as "not yet": pages and hosts come and go while a test waits.
 */
export async function waitFor<T>(
  what: string,
  probe: () => T | Promise<T>,
  { deadlineMs = 60_000, seen }: Patience = {},
): Promise<NonNullable<T>> {
  const progress = watchProgress(seen);
  let obstacle: unknown;
  let pause = pollMs.first;
  for (;;) {
    try {
      const answer = await probe();
      if (answer) return answer;
      obstacle = undefined;
    } catch (error) {
      obstacle = error;
    }
    if ((await progress.quietMs()) > deadlineMs || progress.totalMs() > longest * deadlineMs)
      throw await timeUp(what, deadlineMs, seen, obstacle);
    await new Promise((resolve) => setTimeout(resolve, pause));
    pause = Math.min(pollMs.most, pause * pollMs.grows);
  }
}

/** Since when nothing has changed. A limit in plain time would tell a busy machine from a broken product by luck. */
function watchProgress(seen: Patience['seen']): { quietMs(): Promise<number>; totalMs(): number } {
  const startedAt = performance.now();
  let changedAt = startedAt;
  let lookedAt = changedAt;
  let before: string | undefined;
  return {
    totalMs: () => performance.now() - startedAt,
    async quietMs() {
      if (seen !== undefined && performance.now() - lookedAt >= lookMs) {
        const now = await describe(seen);
        if (before !== undefined && now !== before) changedAt = performance.now();
        before = now;
        lookedAt = performance.now();
      }
      return performance.now() - changedAt;
    },
  };
}

async function timeUp(what: string, deadlineMs: number, seen: Patience['seen'], obstacle: unknown): Promise<Error> {
  const lines = [
    `Waited for ${what}; what was seen did not change for ${deadlineMs / 1000} s, or led to nothing in ${longest} times that.`,
  ];
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
