import { systemClock } from '../../base/systemClock';
import { endRun } from '../../processes/endRun';
import { processPlatform } from '../../processes/platform';
import type { Repository } from '../door/repository';

/** See `Locks.endLeftCalls`. */
export async function endLeftCalls({ git, log }: Repository): Promise<void> {
  const ids = await git.records.leftHere();
  if (ids.length === 0 || (await git.isAtWork({ runIds: ids, folders: [] })) === 'no') return;
  const ended = await Promise.all(ids.map((id) => endCall({ log }, id)));
  log.info(`Ended ${ended.reduce((sum, one) => sum + one, 0)} git processes that an earlier window had left at work`);
}

/** Ends all processes of a call that this process does not wait for; resolves with how many there were. */
export async function endCall({ log }: Pick<Repository, 'log'>, id: string): Promise<number> {
  const ports = { platform: processPlatform(process.platform), clock: systemClock, log };
  return (await endRun({ id, main: null, group: null, proven: new Map() }, ports)).leftBehind.length;
}
