import type { Oid } from '../story/stage';

/** A repair as it was decided: what it is done to, so far that nothing else can be meant. */
export type Repair =
  | { readonly kind: 'removePin'; readonly ref: string; readonly oid: Oid }
  | { readonly kind: 'removeRunRecord'; readonly id: string }
  | { readonly kind: 'endRun'; readonly id: string }
  | { readonly kind: 'relinkWorktree'; readonly gitDir: string; readonly folder: string }
  | { readonly kind: 'remakeWorktree'; readonly number: number; readonly key: string }
  | { readonly kind: 'forgetGateTree'; readonly gitDir: string; readonly folder: string }
  | { readonly kind: 'rebuildShadow' }
  | { readonly kind: 'writeNumber'; readonly key: string; readonly number: number }
  | { readonly kind: 'keepWhatIsLeft'; readonly key: string; readonly what: string }
  | { readonly kind: 'endJob'; readonly id: string; readonly number: number }
  | { readonly kind: 'setClaimAside'; readonly epoch: number }
  | { readonly kind: 'setAbsurdClaimsAside' }
  | { readonly kind: 'makePrivate'; readonly path: string }
  | { readonly kind: 'removeSocket'; readonly path: string }
  | { readonly kind: 'removeLeftOver'; readonly path: string };

/** What a person reads before they agree. */
export function describeRepair(repair: Repair): { label: string; does: string } {
  switch (repair.kind) {
    case 'removePin':
      return { label: 'Remove This Pin', does: `Deletes ${repair.ref} if it still holds ${repair.oid.slice(0, 8)}.` };
    case 'removeRunRecord':
      return { label: 'Remove This Record', does: `Deletes the record of run ${repair.id}; no process of it lives.` };
    case 'endRun':
      return { label: 'End These Processes', does: `Ends every process of run ${repair.id}, and then its record.` };
    case 'relinkWorktree':
      return {
        label: 'Link This Worktree Again',
        does: `Writes the two files that link ${repair.folder} with the repository. No file of yours is touched.`,
      };
    case 'remakeWorktree':
      return {
        label: 'Make the Worktree Again',
        does: `Checks the branch of #${repair.number} out in a new folder. The branch and its commits stay as they are.`,
      };
    case 'forgetGateTree':
      return {
        label: 'Forget This Gate Tree',
        does: `Removes git's record of ${repair.folder}, which is gone. The next gate makes the tree anew.`,
      };
    case 'rebuildShadow':
      return { label: 'Build It Anew', does: 'Writes the search index anew from the stories. No story is touched.' };
    case 'writeNumber':
      return { label: 'Write the Number Again', does: `Writes #${repair.number} beside the story's text.` };
    case 'keepWhatIsLeft':
      return {
        label: 'Keep What Is Left',
        does: 'Puts the damaged file aside as it is, and saves what can still be read of it in its place, marked as damaged.',
      };
    case 'endJob':
      return { label: 'End This Landing', does: `Writes down that landing ${repair.id} of #${repair.number} is over.` };
    case 'setClaimAside':
      return {
        label: 'Set This Claim Aside',
        does: `Renames the claim of epoch ${repair.epoch}, so that a window can lead again. Nothing is deleted.`,
      };
    case 'setAbsurdClaimsAside':
      return { label: 'Set These Claims Aside', does: 'Renames the claims with such numbers. Nothing is deleted.' };
    case 'makePrivate':
      return { label: 'Make It Yours Alone', does: `Takes the permissions of others away from ${repair.path}.` };
    case 'removeSocket':
      return { label: 'Remove This Socket', does: `Deletes ${repair.path}, on which nobody listens.` };
    case 'removeLeftOver':
      return {
        label: 'Remove This File',
        does: `Deletes ${repair.path}, which was never finished and is used by nobody.`,
      };
    default:
      return repair satisfies never;
  }
}
