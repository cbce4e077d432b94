import path from 'node:path';
import type { CommitSignature } from '../../core/agents/agentTrial';
import type { Oid } from '../../core/story/stage';
import type { TrialLook } from '../../ports/trials';
import { fullOid, fullRef } from '../door/names';
import { runBare, type Repository } from '../door/repository';
import { localChanges } from '../read/localChanges';
import { readCommits } from '../read/commits';
import { tip } from '../read/refs';
import { listWorktrees } from '../read/worktrees';
import { claimTree } from './claimTree';
import { fillTree } from './fillTree';
import { makeBranchAt } from './makeBranch';

/** How the mark of a worktree begins in which an agent is tried; the branch that was made for it follows. */
export const TRIAL = 'trial ';

/** How the names of these folders begin. VS Code keeps worktrees whose name starts so out of its source control view. */
export const TRIAL_FOLDER = 'agents-try-';

/** More commits than a try is told to make, and few enough to be looked at. */
const COMMITS_LOOKED_AT = 20;

interface TrialRequest {
  readonly folder: string;
  readonly branch: string;
  readonly commit: Oid;
}

/** See `Trials.makeTrial`. The mark names the branch before it is made, so that a kill leaves nothing that nobody knows of. */
export async function makeTrial(repository: Repository, request: TrialRequest): Promise<void> {
  const { folder } = request;
  if (!path.basename(folder).startsWith(TRIAL_FOLDER))
    throw new Error(`${folder} is no name for a throw-away worktree.`);
  const [branch, commit] = [fullRef(request.branch), fullOid(request.commit)];
  const tree = await claimTree(repository, { folder, commit, purpose: `${TRIAL}${branch}`, vanished: 'refuse' });
  await fillTree(repository, tree, commit, { ignored: 'removed', config: [], from: null });
  await makeBranchAt(repository, branch, commit);
  await repository.git.runInOwnTree(tree, 'symbolic-ref', ['-m', 'switchyard: try an agent', 'HEAD', branch]);
}

/** See `Trials.lookAtTrial`. */
export async function lookAtTrial(repository: Repository, request: TrialRequest): Promise<TrialLook> {
  const { folder, commit } = request;
  const branch = fullRef(request.branch);
  const there = (await listWorktrees(repository)).find((one) => one.path === folder);
  const at = await tip(repository, branch);
  return {
    tip: at,
    head: there?.head ?? null,
    branch: there?.branch ?? null,
    signatures: at === null ? [] : await signaturesOf(repository, commit, at),
    uncommitted:
      there === undefined
        ? []
        : (await localChanges(repository.git, folder).catch(() => [])).map((change) => change.path),
  };
}

async function signaturesOf(repository: Repository, from: Oid, to: Oid): Promise<CommitSignature[]> {
  const args = [`--max-count=${COMMITS_LOOKED_AT}`, '--end-of-options', fullOid(to), `^${fullOid(from)}`];
  const oids = (await runBare(repository, 'rev-list', args)).text.split('\n').filter((line) => line !== '');
  const commits = await readCommits(repository, oids);
  return commits.flatMap(({ author, committer }) => [author, committer].map(({ name, email }) => ({ name, email })));
}
