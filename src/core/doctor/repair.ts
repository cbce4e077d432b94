import { say, type Said } from '../words/said';
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
export function describeRepair(repair: Repair): { label: string; does: Said } {
  switch (repair.kind) {
    case 'removePin':
      return {
        label: 'Remove This Pin',
        does: say('Deletes {0} if it still holds {1}.', repair.ref, repair.oid.slice(0, 8)),
      };
    case 'removeRunRecord':
      return {
        label: 'Remove This Record',
        does: say('Deletes the record of run {0}; no process of it lives.', repair.id),
      };
    case 'endRun':
      return {
        label: 'End These Processes',
        does: say('Ends every process of run {0}, and then its record.', repair.id),
      };
    case 'relinkWorktree':
      return {
        label: 'Link This Worktree Again',
        does: say(
          'Writes the two files that link {0} with the repository. No file of yours is touched.',
          repair.folder,
        ),
      };
    case 'remakeWorktree':
      return {
        label: 'Make the Worktree Again',
        does: say(
          'Checks the branch of #{0} out in a new folder. The branch and its commits stay as they are.',
          repair.number,
        ),
      };
    case 'forgetGateTree':
      return {
        label: 'Forget This Gate Tree',
        does: say("Removes git's record of {0}, which is gone. The next gate makes the tree anew.", repair.folder),
      };
    case 'rebuildShadow':
      return {
        label: 'Build It Anew',
        does: say('Writes the search index anew from the stories. No story is touched.'),
      };
    case 'writeNumber':
      return { label: 'Write the Number Again', does: say("Writes #{0} beside the story's text.", repair.number) };
    case 'keepWhatIsLeft':
      return {
        label: 'Keep What Is Left',
        does: say(
          'Puts the damaged file aside as it is, and saves what can still be read of it in its place, marked as damaged.',
        ),
      };
    case 'endJob':
      return {
        label: 'End This Landing',
        does: say('Writes down that landing {0} of #{1} is over.', repair.id, repair.number),
      };
    case 'setClaimAside':
      return {
        label: 'Set This Claim Aside',
        does: say('Renames the claim of epoch {0}, so that a window can lead again. Nothing is deleted.', repair.epoch),
      };
    case 'setAbsurdClaimsAside':
      return {
        label: 'Set These Claims Aside',
        does: say('Renames the claims with such numbers. Nothing is deleted.'),
      };
    case 'makePrivate':
      return { label: 'Make It Yours Alone', does: say('Takes the permissions of others away from {0}.', repair.path) };
    case 'removeSocket':
      return { label: 'Remove This Socket', does: say('Deletes {0}, on which nobody listens.', repair.path) };
    case 'removeLeftOver':
      return {
        label: 'Remove This File',
        does: say('Deletes {0}, which was never finished and is used by nobody.', repair.path),
      };
    default:
      return repair satisfies never;
  }
}
