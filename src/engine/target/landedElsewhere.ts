import { unknownLanding } from '../../core/recovery/landedBefore';
import type { Oid } from '../../core/story/stage';
import type { GitPort } from '../../ports/git';
import type { StoryStore } from '../../ports/store';

/**
 * The landing of a story that came with what others landed: two machines that did not hear each other may both have begun it.
 * One that was opened again after it had landed knows of that landing, and is landed anew.
 */
export async function landedElsewhere(
  { git, store }: { readonly git: Pick<GitPort, 'landings'>; readonly store: Pick<StoryStore, 'history'> },
  { storyKey, storyTip }: { readonly storyKey: string; readonly storyTip: Oid },
  base: Oid,
): Promise<Oid | null> {
  const landings = (await git.landings(base, storyTip)).filter(({ key }) => key === storyKey);
  if (landings.length === 0) return null;
  const history = await store.history({ cursor: 0, limit: Number.MAX_SAFE_INTEGER, key: storyKey });
  return unknownLanding(landings, history)?.commit ?? null;
}
