import {
  readJson,
  replaceJson,
  type RunClaim,
  type RunEnd,
  type RunFolder,
  type RunMembers,
} from '../../keeper/runFolder';
import type { RunOutcome } from '../../core/pipeline/runOutcome';
import type { Clock } from '../../ports/clock';
import type { Log } from '../../ports/log';
import { endRun } from '../../processes/endRun';
import type { ProcessPlatform } from '../../processes/platform';

interface Ports {
  readonly platform: ProcessPlatform;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Ends what is left of a run whose keeper has died or cannot be reached, the keeper with it: by the run's id, by the processes
 * that were noted, and by their children. A keeper that only could not be reached is asked first, and says how it ended.
 */
export async function endLostRun(
  id: string,
  folder: RunFolder,
  ports: Ports,
): Promise<Omit<RunEnd, 'pieces'> & { readonly pieces: number | null }> {
  const { platform, clock, log } = ports;
  const claim = await readJson<RunClaim>(folder.claim);
  const members = await readJson<RunMembers>(folder.members);
  const marks = [claim?.kind === 'keeper' ? claim.keeper : null, members?.main ?? null];
  const proven = new Map<number, number>();
  for (const mark of marks) if (mark?.boot === platform.boot) proven.set(mark.pid, mark.startedAt);
  if (members?.main?.boot === platform.boot) for (const [pid, at] of members.others) proven.set(pid, at);
  const main = members?.main ?? null;
  const ended = await endRun({ id, main, group: null, proven }, ports).catch((error: unknown) => {
    log.error(`The processes of run ${id} could not be listed: ${String(error)}`);
    return { leftBehind: [], denied: [] };
  });
  const said = await readJson<RunEnd>(folder.end);
  if (said !== null) return said;
  const outcome: RunOutcome = claim?.kind === 'givenUp' ? { kind: 'lost', neverBegan: true } : { kind: 'lost' };
  const end = { outcome, ...ended, endedAt: clock.now() };
  // The next process that looks need not end it again.
  await replaceJson(folder.end, { ...end, pieces: null }).catch(() => undefined);
  return { ...end, pieces: null };
}
