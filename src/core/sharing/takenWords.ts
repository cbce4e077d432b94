import type { StoryRecord } from '../story/story';
import { inBoth, say, type Said } from '../words/said';
import { commitOfLanding, isOver, type SharedStory } from './sharedStory';
import { toLocal } from './sharedText';

/** What a person is told once; what was kept by an earlier version has the English text alone. */
export interface ToldOnce {
  readonly id: string;
  /** A later one about the same takes its place. */
  readonly about?: string | undefined;
  readonly text: string;
  readonly said?: readonly Said[];
}

/** What is told of a story of this machine that another one goes on with; null where that is not so. */
export function takenNotice(
  { key, before, after }: { key: string; before: SharedStory | null; after: SharedStory | null },
  { me, numberOf }: { me: { readonly machine: string }; numberOf: (key: string) => number | undefined },
): ToldOnce | null {
  const is = after?.work.on;
  if (before?.work.on?.machine !== me.machine || is == null || is.machine === me.machine) return null;
  if (after === null || isOver(before.work.stage)) return null;
  const text =
    after.work.stage.name === 'Done'
      ? '{0}’s machine has landed #{1} “{2}”. What you have on its branch and in its worktree stays, and is not part of that.'
      : '{0} has taken over #{1} “{2}”. What ran for it here has ended; its branch and worktree here stay as they are.';
  const said = say(text, is.name, numberOf(key) ?? after.claim, toLocal(after.title, numberOf));
  return { id: `taken:${key}:${is.machine}:${after.work.term ?? 0}`, about: `taken:${key}`, ...inBoth(said) };
}

/** What is told of a story that was deleted by a person here and landed on another machine all the same; null for any other. */
export function landedNotice(
  key: string,
  grave: { readonly number: number; readonly by?: string; readonly record?: StoryRecord } | null,
  landing: SharedStory['work'] | null,
): ToldOnce | null {
  const commit = commitOfLanding(landing);
  if (commit === null || grave?.by === undefined || grave.by === 'team') return null;
  const { number, record } = grave;
  if (record?.stage.name === 'Done' && record.stage.mergeCommit === commit) return null;
  const whose = landing?.on?.name ?? say('Another');
  const said =
    record === undefined
      ? say('{0}’s machine has landed #{1}, which you deleted for good meanwhile. Its commit {2} stays where it landed.', whose, number, commit.slice(0, 8)) // prettier-ignore
      : say('{0}’s machine has landed #{1} “{2}”, which you deleted meanwhile. Restore… brings it back as Done, and Revert Story… then takes its change back.', whose, number, record.title); // prettier-ignore
  return { id: `landed:${key}:${commit}`, about: `landed:${key}`, ...inBoth(said) };
}
