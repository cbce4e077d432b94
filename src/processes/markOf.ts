import type { ProcessPlatform } from './platform';
import type { ProcessMark } from './processEntry';

/** The mark of a program that has begun; null where it is over before anybody could ask when it started. */
export async function markOf(
  { pid, startedAt }: { readonly pid: number; readonly startedAt: number | null },
  platform: ProcessPlatform,
): Promise<ProcessMark | null> {
  const found = startedAt ?? (await platform.startOf(pid).catch(() => null));
  return found === null ? null : { pid, startedAt: found, boot: platform.boot };
}
