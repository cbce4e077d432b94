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
