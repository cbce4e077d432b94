import type { CandidateOutcome, CandidateRequest } from '../../ports/candidates';
import type { Oid } from '../../core/story/stage';
import { readCommit, readCommits } from '../read/commits';
import { commitTree, verifyCommit, type NewCommit } from './commitTree';
import { signsCommits } from '../read/identity';
import { mergeTree } from './mergeTree';
import { coAuthors, commitMessage, storyTrailers } from './message';
import { fullOid } from '../door/names';
import { rebaseStory, type SignedRequest } from './rebase';
import { mergeBase } from '../read/refs';
import type { Repository } from '../door/repository';
import { withScratch } from './scratch';
import { storyCommits } from './storyCommits';

type Built = Extract<CandidateOutcome, { kind: 'built' }>;

/** Builds the merge in the object store alone. The same commits and settings give the same tree wherever it runs. */
export async function buildCandidate(repository: Repository, request: CandidateRequest): Promise<CandidateOutcome> {
  const [base, storyTip] = [fullOid(request.base), fullOid(request.storyTip)];
  const [common, signed] = await Promise.all([mergeBase(repository, base, storyTip), signsCommits(repository)]);
  if (common === null) return { kind: 'unrelatedHistories' };
  if (common === storyTip) return { kind: 'alreadyMerged' };
  return withScratch(repository, base, async (scratch) => {
    const merged = await mergeTree(scratch, base, storyTip);
    if (merged.kind === 'conflict') return merged;
    const { tree } = merged;
    // Without a merge commit's second parent, a story that adds nothing would leave a commit that says nothing.
    if (request.strategy !== 'merge' && tree === (await readCommit(repository, base)).tree)
      return { kind: 'alreadyMerged' };
    if (request.strategy === 'rebase') return rebaseStory(repository, scratch, { ...request, signed }, tree);
    await scratch.keepObjects();
    return request.strategy === 'merge'
      ? mergeCommit(repository, { ...request, signed }, tree)
      : squashCommit(repository, { ...request, signed }, tree);
  });
}

async function mergeCommit(repository: Repository, request: SignedRequest, tree: Oid): Promise<Built> {
  return build(repository, {
    tree,
    parents: [request.base, request.storyTip],
    message: commitMessage(request.subject, storyTrailers(request)),
    author: null,
    signed: request.signed,
  });
}

/** Who began the story is its author; everybody else who wrote a part of it is named below. */
async function squashCommit(repository: Repository, request: SignedRequest, tree: Oid): Promise<Built> {
  const commits = await readCommits(repository, await storyCommits(repository, request));
  const author = commits[0]?.author ?? null;
  const others = author === null ? [] : coAuthors(commits, author);
  return build(repository, {
    tree,
    parents: [request.base],
    message: commitMessage(request.subject, [...storyTrailers(request), ...others]),
    author: author === null ? null : { name: author.name, email: author.email },
    signed: request.signed,
  });
}

async function build(repository: Repository, commit: NewCommit): Promise<Built> {
  const candidate = await commitTree(repository, commit);
  await verifyCommit(repository, candidate, commit);
  return { kind: 'built', candidate, tree: commit.tree, parents: commit.parents };
}
