import { isUnderWay } from '../../core/story/stage';
import type { Oid } from '../../core/story/stage';
import type { GitPort } from '../../ports/git';
import type { Log } from '../../ports/log';
import type { Upstream } from '../../ports/remotes';
import type { StoryStore } from '../../ports/store';
import type { StoryBook } from '../stories/storyBook';

interface BringingInPorts {
  readonly git: Pick<GitPort, 'usableBranch' | 'makeBranch'>;
  readonly store: Pick<StoryStore, 'stories'>;
  readonly book: Pick<StoryBook, 'adopt' | 'apply'>;
  readonly log: Log;
}

/** The number of the story that brings in what the remote has; one that is under way already and has it is the one. */
export async function bringIn(
  { book, git, store, log }: BringingInPorts,
  tip: Oid,
  upstream: Upstream,
): Promise<number | null> {
  const others = store.stories().filter((one) => one.bringsIn === upstream.tracking && isUnderWay(one));
  const known = others.find(({ stage }) => 'tip' in stage && stage.tip === tip) ?? others[0];
  if (known !== undefined) return known.number;
  const name = upstreamName(upstream);
  const body = `${name} holds commits that are not here, so nothing could be pushed. This story merges them, and its gates prove the result.\n`;
  const wanted = { title: `Bring in ${name}`, type: 'story', body, bringsIn: upstream.tracking } as const;
  const made = await book.adopt(wanted, 'push', async (branches) => {
    const branch = await git.usableBranch(branches);
    const isMade = branch !== null && (await git.makeBranch(branch, tip)) === 'made';
    return isMade ? { kind: 'adopted', branch } : { kind: 'refused', why: `No branch can be made for ${name}.` };
  });
  if (made.kind === 'refused') {
    log.warn(`[push] ${made.message}`);
    return null;
  }
  const ready = await book.apply(made.story.key, { name: 'GatesStarted', tip }, 'push');
  if (ready.kind === 'refused') log.warn(`[push] ${ready.message}`);
  return made.story.number;
}

/** `refs/remotes/origin/main` → `origin/main`. */
export function upstreamName({ tracking }: Pick<Upstream, 'tracking'>): string {
  return tracking.replace(/^refs\/(?:remotes\/)?/, '');
}
