import { shortRef } from '../story/names';
import { isUnderWay } from '../story/stage';
import type { StoryRecord } from '../story/story';
import { count } from '../words/durations';
import type { TargetFacts } from './facts';

/**
 * That the target lacks what its upstream has, as this clone knows it, and what helps; null where it does not. `stories`: one of
 * them may bring it in already.
 */
export function describeBehind(target: TargetFacts | null, stories: readonly StoryRecord[]): string | null {
  if (target === null || target.kind === 'missing' || target.behind === undefined) return null;
  const { upstream, commits, ahead } = target.behind;
  const name = shortRef(target.ref);
  const what = `${name} is ${count(commits, 'commit')} behind ${upstream}, so a story that is started now begins with old files.`;
  const story = stories.find((one) => one.bringsIn === `refs/remotes/${upstream}` && isUnderWay(one));
  if (story !== undefined) return `${what} #${story.number} brings that in, through the gates.`;
  if (ahead === 0) return `${what} Pull brings it up to date.`;
  return `${what} It also has ${count(ahead, 'commit')} that ${upstream} lacks: merge ${upstream} into ${name} by hand. Rebasing would change what has landed.`;
}

/** Whether a pull only moves the target forward. */
export function canBePulled(target: TargetFacts): boolean {
  return target.kind === 'found' && target.behind?.ahead === 0;
}
