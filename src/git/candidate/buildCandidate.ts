import type { CandidateOutcome, CandidateRequest } from '../../ports/candidates';
import type { Oid } from '../../core/story/stage';
import { readCommits } from '../read/commits';
import { carryAttributes } from './attributes';
import { broughtChanges, broughtTip } from './broughtBy';
import { commitTree } from './commitTree';
import { signsCommits } from '../read/identity';
import { rememberChanges } from '../landing/incoming';
import { mergeTree } from './mergeTree';
import { coAuthors, commitMessage, storyTrailers } from './message';
import { fullOid } from '../door/names';
import { rebaseStory, type NewTip, type SignedRequest } from './rebase';
import type { Repository } from '../door/repository';
import { withScratch, type Scratch } from './scratch';
import { readStoryHistory, type PlacedCommit, type StoryHistory } from './storyHistory';
import { findTakenBack } from './takenBack';

type Ahead = Extract<StoryHistory, { kind: 'ahead' }>;
type Conflict = Extract<CandidateOutcome, { kind: 'conflict' }>;

/** Builds the merge in the object store alone. The same commits and settings give the same tree wherever it runs. */
export async function buildCandidate(repository: Repository, request: CandidateRequest): Promise<CandidateOutcome> {
  const [base, storyTip] = [fullOid(request.base), fullOid(request.storyTip)];
  const history = await readStoryHistory(repository, base, storyTip);
  switch (history.kind) {
    case 'unrelated':
      return { kind: 'unrelatedHistories' };
    case 'contained':
      return { kind: 'alreadyMerged', commit: await broughtTip(repository, base, storyTip), takenBack: [] };
    case 'ahead':
      return withScratch(repository, base, (scratch) => buildIn(repository, scratch, request, history), request.signal);
  }
}

async function buildIn(
  repository: Repository,
  scratch: Scratch,
  request: CandidateRequest,
  history: Ahead,
): Promise<CandidateOutcome> {
  const { base, storyTip, storyBranch } = request;
  const merged = await mergeTree(scratch, base, storyTip);
  if (merged.kind === 'conflict') return merged;
  const { tree } = merged;
  const look = { base, storyTip, storyBranch, history, tree };
  const { takenBack, landing } = await findTakenBack(repository, scratch, look);
  // What adds nothing leaves no commit that says nothing, whatever the strategy.
  if (tree === history.baseTree)
    return { kind: 'alreadyMerged', commit: await broughtChanges(repository, request), takenBack };
  const made = await makeCommits(repository, scratch, request, { history, tree });
  if (made.kind === 'conflict') return made;
  await scratch.keepObjects(made.made, made.helpers);
  rememberChanges(repository, base, made.commit, landing);
  const paths = landing.map((change) => change.path);
  carryAttributes(repository, base, made.commit, paths);
  return { kind: 'built', candidate: made.commit, tree, parents: made.parents, takenBack };
}

/** Writes the commits into the scratch; nothing of them is in the repository until its objects are kept. */
async function makeCommits(
  repository: Repository,
  scratch: Scratch,
  request: CandidateRequest,
  { history, tree }: { readonly history: Ahead; readonly tree: Oid },
): Promise<NewTip | Conflict> {
  const wanted: SignedRequest = { ...request, signed: request.isTrial !== true && (await signsCommits(repository)) };
  const plain = history.commits.filter((one) => one.parents.length < 2);
  switch (request.strategy) {
    case 'merge':
      return mergeCommit(repository, scratch, wanted, tree);
    case 'squash':
      return squashCommit(repository, scratch, wanted, { tree, commits: plain });
    case 'rebase':
      return rebaseStory(repository, scratch, wanted, {
        commits: plain,
        baseTree: history.baseTree,
        mergedTree: tree,
      });
  }
}

async function mergeCommit(
  repository: Repository,
  scratch: Scratch,
  request: SignedRequest,
  tree: Oid,
): Promise<NewTip> {
  const parents = [request.base, request.storyTip];
  const message = commitMessage(request.subject, storyTrailers(request));
  const commit = await commitTree(repository, scratch, {
    tree,
    parents,
    message,
    author: null,
    signed: request.signed,
  });
  return { kind: 'made', commit, parents, made: [commit], helpers: new Set() };
}

/** Who began the story is its author; everybody else who wrote a part of it is named below. */
async function squashCommit(
  repository: Repository,
  scratch: Scratch,
  request: SignedRequest,
  story: { readonly tree: Oid; readonly commits: readonly PlacedCommit[] },
): Promise<NewTip> {
  const commits = await readCommits(
    repository,
    story.commits.map((one) => one.oid),
  );
  const author = commits[0]?.author ?? null;
  const others = author === null ? [] : coAuthors(commits, author);
  const parents = [request.base];
  const commit = await commitTree(repository, scratch, {
    tree: story.tree,
    parents,
    message: commitMessage(request.subject, [...storyTrailers(request), ...others]),
    author: author === null ? null : { name: author.name, email: author.email },
    signed: request.signed,
  });
  return { kind: 'made', commit, parents, made: [commit], helpers: new Set() };
}
