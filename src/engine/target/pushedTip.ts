import { shortRef } from '../../core/story/names';
import type { Oid } from '../../core/story/stage';
import type { Refs } from '../../ports/refs';
import type { Upstream } from '../../ports/remotes';

/** What the target's remote (null: it follows none) has of a story's branch, as this clone knows it; null where that is nothing. */
export async function pushedTip(
  git: Pick<Refs, 'tip'>,
  upstream: Upstream | null,
  branch: string | null,
): Promise<{ readonly remote: string; readonly tip: Oid } | null> {
  if (branch === null || upstream === null) return null;
  const { remote } = upstream;
  const tip = await git.tip(`refs/remotes/${remote}/${shortRef(branch)}`);
  return tip === null ? null : { remote, tip };
}
