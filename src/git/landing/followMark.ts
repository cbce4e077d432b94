import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import type { Oid } from '../../core/story/stage';
import { RUN_VARIABLE } from '../../processes/processEntry';
import type { Repository } from '../door/repository';

/** In a checkout's git dir while Switchyard lets it follow; what is left of it tells whose lock was left with it. */
export const FOLLOWING = 'switchyard-following';

/** To which commit a git was following, the id that all its processes carry, and on which machine; one a line in the file. */
export interface FollowMark {
  readonly candidate: string;
  readonly runId: string;
  readonly host: string;
}

interface Checkout {
  readonly path: string;
  readonly gitDir: string;
}

/** git takes its lock right after it has begun. One that came much later is somebody else's. */
const LOCKED_WITHIN_MS = 60_000;

/** Written before git begins. git is to run with what comes back in its environment, which is how it is known later. */
export async function markFollowing({ gitDir }: Checkout, candidate: Oid): Promise<Record<string, string>> {
  const runId = `follow-${process.pid}-${Math.trunc(performance.timeOrigin)}-${candidate}`;
  await writeFile(path.join(gitDir, FOLLOWING), `${[candidate, runId, hostname()].join('\n')}\n`);
  return { [RUN_VARIABLE]: runId };
}

export async function unmarkFollowing({ gitDir }: Checkout): Promise<void> {
  await rm(path.join(gitDir, FOLLOWING), { force: true });
}

/** What a git that was cut off left, null where there is none or it cannot be read. */
export async function readFollowMark({ gitDir }: Checkout): Promise<FollowMark | null> {
  const text = await readFile(path.join(gitDir, FOLLOWING), 'utf8').catch(() => '');
  // One that was cut off while it was written has no last line.
  const [candidate = '', runId = '', host = '', end] = text.split('\n');
  return end === '' ? { candidate, runId, host } : null;
}

/**
 * Removes the `index.lock` that a git of ours left when it was killed: its mark is there, the lock came right after it,
 * none of its processes lives, and no git is at work in the checkout. In any doubt the lock stays.
 */
export async function removeLeftLock({ git, log }: Repository, checkout: Checkout): Promise<void> {
  const lock = path.join(checkout.gitDir, 'index.lock');
  const [mark, left, marked] = await Promise.all([
    readFollowMark(checkout),
    stat(lock).catch(() => null),
    stat(path.join(checkout.gitDir, FOLLOWING)).catch(() => null),
  ]);
  // Processes of another machine, or of another container, are not seen from here.
  if (mark === null || left === null || marked === null || mark.host !== hostname()) return;
  if (left.mtimeMs < marked.mtimeMs || left.mtimeMs > marked.mtimeMs + LOCKED_WITHIN_MS) return;
  if ((await git.isAtWork({ runIds: [mark.runId], folders: [checkout.path] })) !== 'no') return;
  // As long as it is there nobody else can make one, so this is still the one that was looked at.
  const now = await stat(lock).catch(() => null);
  if (now?.ino !== left.ino || now.mtimeMs !== left.mtimeMs) return;
  await rm(lock, { force: true });
  log.info(`${lock} was removed: the git that made it was cut off in the middle of a landing`);
}
