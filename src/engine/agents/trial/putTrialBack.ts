import { describeSharedChange, type SharedChange } from '../../../core/gates/sharedChange';
import type { Oid } from '../../../core/story/stage';
import type { GitPort } from '../../../ports/git';

type PutBackPorts = Pick<GitPort, 'undoShared' | 'putBranchBack' | 'forgetRescue'>;
type RefChange = Extract<SharedChange, { kind: 'ref' }>;

/**
 * Puts back what a try changed in what all worktrees share, and keeps nothing of it. Only where it moved a branch that was
 * there before, what that held since stays under a rescue ref: a commit of a person's may be among it. Returns what could not
 * be put back, in sentences.
 */
export async function putTrialBack(
  git: PutBackPorts,
  changes: readonly SharedChange[],
  refsBefore: ReadonlySet<string>,
): Promise<string[]> {
  const left: string[] = [];
  const branches = changes.filter(isMovedBranch);
  for (const { ref, before, after } of branches) {
    const outcome = await git.putBranchBack({ ref, from: after, to: before });
    if (outcome.kind === 'refused') left.push(outcome.why);
  }
  const others = changes.filter((change) => !isMovedBranch(change));
  const stuck = await git.undoShared(others);
  left.push(...stuck.map((change) => `It ${describeSharedChange(change)}, and that could not be put back.`));
  const keeps = new Set(branches.map(({ after }) => after));
  for (const commit of others.filter((change) => !stuck.includes(change)).flatMap(keptBy)) {
    const ref = `refs/switchyard/rescue/undone/${commit}`;
    if (!refsBefore.has(ref) && !keeps.has(commit)) await git.forgetRescue(ref, commit);
  }
  return left;
}

function isMovedBranch(change: SharedChange): change is RefChange & { readonly before: Oid; readonly after: Oid } {
  return (
    change.kind === 'ref' && change.ref.startsWith('refs/heads/') && change.before !== null && change.after !== null
  );
}

/** What undoing a change keeps under a rescue ref, of what the try itself made. */
function keptBy(change: SharedChange): readonly Oid[] {
  if (change.kind === 'ref') return change.after === null ? [] : [change.after];
  return change.kind === 'stash' ? [change.commit] : [];
}
