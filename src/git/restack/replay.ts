import type { Oid } from '../../core/story/stage';
import { commitTree } from '../candidate/commitTree';
import { replayTrees } from '../candidate/rebase';
import { withScratch } from '../candidate/scratch';
import { fullOid } from '../door/names';
import { runBare, type Repository } from '../door/repository';
import { readCommit, readCommits, type Commit } from '../read/commits';
import { signsCommits } from '../read/identity';

type Replayed =
  | { readonly kind: 'replayed'; readonly tip: Oid }
  | { readonly kind: 'conflict'; readonly files: readonly string[]; readonly message: string };

/** Writes the commits of `at`..`from` anew on `onto`, each with its author and time, and moves nothing. */
export async function replayOnto(
  repository: Repository,
  { from, at, onto }: { readonly from: Oid; readonly at: Oid; readonly onto: Oid },
): Promise<Replayed> {
  const commits = await ownCommits(repository, from, at);
  const merge = commits.find(({ parents }) => parents.length > 1);
  if (merge !== undefined) {
    const message = `${merge.oid.slice(0, 10)} (${subjectOf(merge)}) is a merge, which cannot be replayed.`;
    return { kind: 'conflict', files: [], message };
  }
  const { tree: baseTree } = await readCommit(repository, onto);
  const signed = await signsCommits(repository);
  return withScratch(repository, onto, async (scratch): Promise<Replayed> => {
    const replay = await replayTrees(repository, scratch, baseTree, commits);
    if (replay.kind === 'conflict') return replay;
    const made: Oid[] = [];
    for (const { commit, tree } of replay.steps) {
      const parents = [made.at(-1) ?? onto];
      const { message, author } = commit;
      made.push(await commitTree(repository, scratch, { tree, parents, message, author, signed }));
    }
    if (made.length > 0) await scratch.keepObjects(made, replay.helpers);
    return { kind: 'replayed', tip: made.at(-1) ?? onto };
  });
}

/** What the branch has of its own, the oldest first. */
async function ownCommits(repository: Repository, from: Oid, at: Oid): Promise<readonly Commit[]> {
  const args = ['--topo-order', '--reverse', fullOid(from), '--not', fullOid(at), '--'];
  const { text } = await runBare(repository, 'rev-list', args);
  return readCommits(repository, text.split('\n').filter((line) => line !== '').map(fullOid)); // prettier-ignore
}

function subjectOf({ message }: Commit): string {
  return message.split('\n')[0] ?? '';
}
