import { shortRef } from '../../core/story/names';
import type { Oid } from '../../core/story/stage';
import type { Behind } from '../../ports/refs';
import type { Repository } from '../door/repository';
import { commitsAhead } from './refs';
import { upstreamOf } from './upstream';

/** Null where a branch (full name) follows none, or is not behind. Nothing is fetched. */
export async function behindUpstream(repository: Repository, branch: string, tip: Oid): Promise<Behind | null> {
  const upstream = await upstreamOf(repository, branch);
  const there = upstream?.tip ?? null;
  if (upstream === null || there === null || there === tip) return null;
  const commits = await commitsAhead(repository, tip, there);
  if (commits === 0) return null;
  const ahead = await commitsAhead(repository, there, tip);
  return { upstream: `${upstream.remote}/${shortRef(upstream.branch)}`, commits, ahead };
}
