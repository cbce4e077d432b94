import type { EnginePorts } from './ports';

/** Whether work ended because of a disk, by what it failed with (null where it says nothing). `whose`: as the log calls it. */
export async function isDiskToBlame(
  { health, log }: Pick<EnginePorts, 'health' | 'log'>,
  whose: string,
  cause: unknown = null,
): Promise<boolean> {
  const why = await health.blame(cause);
  if (why !== null) log.warn(`${whose} waits for the disk: ${why.message}`);
  return why !== null;
}
