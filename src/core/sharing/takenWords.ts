import type { StoryRecord } from '../story/story';
import { isOver, type SharedStory } from './sharedStory';
import { toLocal } from './sharedText';

/** What is told of a story of this machine that another one goes on with; null where that is not so. */
export function takenNotice(
  { key, before, after }: { key: string; before: SharedStory | null; after: SharedStory | null },
  { me, numberOf }: { me: { readonly machine: string }; numberOf: (key: string) => number | undefined },
): { id: string; about: string; text: string } | null {
  const is = after?.work.on;
  if (before?.work.on?.machine !== me.machine || is == null || is.machine === me.machine) return null;
  if (after === null || isOver(before.work.stage)) return null;
  const name = `#${numberOf(key) ?? after.claim} “${toLocal(after.title, numberOf)}”`;
  const text =
    after.work.stage.name === 'Done'
      ? `${is.name}’s machine has landed ${name}. What you have on its branch and in its worktree stays, and is not part of that.`
      : `${is.name} has taken over ${name}. What ran for it here has ended; its branch and worktree here stay as they are.`;
  return { id: `taken:${key}:${is.machine}:${after.work.term ?? 0}`, about: `taken:${key}`, text };
}

/** What is told of a story that was deleted by a person here and landed on another machine all the same; null for any other. */
export function landedNotice(
  key: string,
  grave: { readonly number: number; readonly by?: string; readonly record?: StoryRecord } | null,
  landing: SharedStory['work'] | null,
): { id: string; about: string; text: string } | null {
  const commit = landing?.stage['mergeCommit'];
  if (typeof commit !== 'string' || grave?.by === undefined || grave.by === 'team') return null;
  const { number, record } = grave;
  if (record?.stage.name === 'Done' && record.stage.mergeCommit === commit) return null;
  const landed = `${landing?.on?.name ?? 'Another'}’s machine has landed #${number}`;
  const text =
    record === undefined
      ? `${landed}, which you deleted for good meanwhile. Its commit ${commit.slice(0, 8)} stays where it landed.`
      : `${landed} “${record.title}”, which you deleted meanwhile. Restore… brings it back as Done, and Revert Story… then takes its change back.`;
  return { id: `landed:${key}:${commit}`, about: `landed:${key}`, text };
}
