import type { Oid } from '../../core/story/stage';
import type { OutsideFound, OutsideRequest } from '../../ports/outside';
import { trailersOf } from '../candidate/message';
import type { Repository } from '../door/repository';
import { parseCommit, readObjects } from '../read/commits';
import type { NewCommit } from './newCommits';

type Reverts = Pick<OutsideFound, 'reverted' | 'undone' | 'ofOthers'>;

/** By the line that `git revert` writes. A revert that was itself reverted takes nothing back. */
export async function revertsAmong(
  repository: Repository,
  { landed }: OutsideRequest,
  came: readonly NewCommit[],
): Promise<Reverts> {
  const revertOf = new Map<Oid, Oid>();
  for (const { commit, message } of came.toReversed()) for (const oid of revertedIn(message)) revertOf.set(oid, commit);
  const standing = (commit: Oid): Oid | null => {
    const by = revertOf.get(commit);
    return by === undefined || standing(by) !== null ? null : by;
  };
  const reverted = landed.flatMap(({ key, commit, revertedBy }) => {
    const by = revertedBy === null ? standing(commit) : null;
    return by === null ? [] : [{ key, by }];
  });
  const undone = landed.flatMap(({ key, revertedBy }) => {
    const by = revertedBy === null ? null : standing(revertedBy);
    return by === null ? [] : [{ key, by }];
  });
  const asked = new Set(landed.flatMap(({ commit, revertedBy }) => [commit, ...(revertedBy === null ? [] : [revertedBy])]));
  // What a story of the queue takes back, it says itself.
  const own = new Set(came.flatMap(({ commit, message }) => (storyKeyIn(message) === null ? [] : [commit])));
  const others = [...revertOf.keys()].flatMap((of) => {
    const by = asked.has(of) ? null : standing(of);
    return by === null || own.has(by) ? [] : [{ of, by }];
  });
  return { reverted, undone, ofOthers: await namedBy(repository, others) };
} // prettier-ignore

/** Which stories these take back, or bring back, by what the commits say that are reverted: nobody asked for them by key. */
async function namedBy(
  repository: Repository,
  others: readonly { readonly of: Oid; readonly by: Oid }[],
): Promise<OutsideFound['ofOthers']> {
  const messages = await messagesOf(repository, others.map(({ of }) => of)); // prettier-ignore
  const first = messages.flatMap((message) => revertedIn(message));
  const before = new Map((await messagesOf(repository, first)).map((message, at) => [first[at], storyKeyIn(message)]));
  return others.flatMap(({ of, by }, at): OutsideFound['ofOthers'] => {
    const key = storyKeyIn(messages[at] ?? '');
    const undone = key === null ? revertedIn(messages[at] ?? '') : [];
    if (undone.length === 0) return [{ key, of, by, name: 'Reverted' }];
    return undone.map((oid) => ({ key: before.get(oid) ?? null, of, by, name: 'RevertUndone' }));
  });
}

/** Empty for what is no commit, or gone. */
async function messagesOf(repository: Repository, commits: readonly Oid[]): Promise<string[]> {
  if (commits.length === 0) return [];
  const objects = await readObjects(repository, commits);
  return objects.map((one) => (one?.type === 'commit' ? parseCommit(one.oid, one.data).message : ''));
}

function revertedIn(message: string): Oid[] {
  return [...message.matchAll(/^This reverts commit ([0-9a-f]{40,64})\b/gm)].map(([, oid = '']) => oid);
}

export function storyKeyIn(message: string): string | null {
  const line = trailersOf(message).find((one) => one.startsWith('Story-Key: '));
  return line?.slice('Story-Key: '.length).trim() ?? null;
}
