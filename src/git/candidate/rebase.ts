import type { CandidateOutcome, CandidateRequest } from '../../ports/candidates';
import type { Oid } from '../../core/story/stage';
import { readCommits, type Commit } from '../read/commits';
import { commitTree } from './commitTree';
import { mergeTree } from './mergeTree';
import { storyTrailers, withTrailers } from './message';
import { helperCommit } from './helperCommit';
import type { Repository } from '../door/repository';
import type { Scratch } from './scratch';
import type { PlacedCommit } from './storyHistory';

/** A request, and whether the person wants commits signed. */
export type SignedRequest = CandidateRequest & { readonly signed: boolean };

/** A commit with its place, in the scratch; `helpers` are objects that must not be kept. */
export interface NewTip {
  readonly kind: 'made';
  readonly commit: Oid;
  readonly parents: readonly Oid[];
  readonly made: readonly Oid[];
  readonly helpers: ReadonlySet<Oid>;
}

type Conflict = Extract<CandidateOutcome, { kind: 'conflict' }>;

/** The trees that replaying gives, each with the commit it comes from. */
type Replay = { kind: 'replayed'; steps: { commit: Commit; tree: Oid }[]; helpers: Set<Oid> } | Conflict;

/**
 * Replays the story's commits on the target, each with its author and time. The last tree must be the one that the
 * plain merge gives: where it is not, replaying undid or doubled something, and a person has to look.
 */
export async function rebaseStory(
  repository: Repository,
  scratch: Scratch,
  request: SignedRequest,
  story: { readonly commits: readonly PlacedCommit[]; readonly baseTree: Oid; readonly mergedTree: Oid },
): Promise<NewTip | Conflict> {
  const commits = await readCommits(
    repository,
    story.commits.map((one) => one.oid),
  );
  const replay = await replayTrees(repository, scratch, story.baseTree, commits);
  if (replay.kind === 'conflict') return replay;
  const last = replay.steps.at(-1);
  if (last?.tree !== story.mergedTree)
    return {
      kind: 'conflict',
      files: [],
      message: 'Replaying the commits one by one gives other contents than merging them. Merge or squash this story.',
    };
  const made: Oid[] = [];
  for (const { commit, tree } of replay.steps) {
    const parents = [made.at(-1) ?? request.base];
    const message = withTrailers(commit.message, storyTrailers(request));
    made.push(
      await commitTree(repository, scratch, { tree, parents, message, author: commit.author, signed: request.signed }),
    );
  }
  const parents = [made.at(-2) ?? request.base];
  return { kind: 'made', commit: made.at(-1) ?? request.base, parents, made, helpers: replay.helpers };
}

/** Works out every tree before a single commit is written, so that a conflict leaves nothing behind. */
export async function replayTrees(
  repository: Repository,
  scratch: Scratch,
  baseTree: Oid,
  commits: readonly Commit[],
): Promise<Replay> {
  const parents = await readCommits(
    repository,
    commits.flatMap((commit) => commit.parents),
  );
  const treeOf = new Map(parents.map((parent) => [parent.oid, parent.tree]));
  const replay: Extract<Replay, { kind: 'replayed' }> = { kind: 'replayed', steps: [], helpers: new Set() };
  let current = baseTree;
  for (const commit of commits) {
    const [parent] = commit.parents;
    if (parent === undefined)
      return cannotReplay(commit, [], 'It has no parent, so there is nothing to compare it to.');
    const before = treeOf.get(parent);
    let tree = commit.tree;
    if (before !== current) {
      const helper = await helperCommit(scratch, current, parent);
      replay.helpers.add(helper);
      const merged = await mergeTree(scratch, helper, commit.oid);
      if (merged.kind === 'conflict') return cannotReplay(commit, merged.files, merged.message);
      tree = merged.tree;
    }
    // As git rebase does, a commit that the target already has is left out, and one that was always empty is kept.
    if (tree !== current || commit.tree === before) replay.steps.push({ commit, tree });
    current = tree;
  }
  return replay;
}

function cannotReplay(commit: Commit, files: string[], why: string): Conflict {
  const subject = commit.message.split('\n')[0] ?? '';
  return { kind: 'conflict', files, message: `${commit.oid.slice(0, 10)} (${subject}) cannot be replayed: ${why}` };
}
