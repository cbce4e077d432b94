import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { numberInName, shortRef } from '../../core/story/names';
import type { Oid } from '../../core/story/stage';
import type { StoryRecord } from '../../core/story/story';
import { say, type Said } from '../../core/words/said';
import type { EnginePorts } from '../ports';

/** What of a story lies in the repository and may be removed, and what stays. */
export interface StoryGround {
  /** Folder of the worktree that was made for it, also where it is gone; null where there is none to be removed. */
  readonly folder: string | null;
  /** Full name; null where it is not Switchyard's to remove. */
  readonly branch: string | null;
  readonly tip: Oid | null;
  readonly stays: readonly Said[];
}

type GroundPorts = Pick<EnginePorts, 'git' | 'processes' | 'openFolders'>;

/** Reads what lies where. A branch or a worktree that a person made is never removed. */
export async function groundOf({ git }: GroundPorts, story: StoryRecord): Promise<StoryGround> {
  const { branch, number, branchNumber } = story;
  const none = { folder: null, branch: null, tip: null, stays: [] };
  if (branch === null) return none;
  const [place, tip] = [await git.storyPlace(branch), await git.tip(branch)];
  const name = shortRef(branch);
  if (place.kind === 'elsewhere')
    return { ...none, stays: [say('{0} is checked out in {1}, so both stay.', name, place.path)] };
  const stays: Said[] = [];
  let folder: string | null = null;
  if (place.kind === 'there' || place.kind === 'gone') {
    if (await git.isMadeBySwitchyard(place.path)) folder = place.path;
    else stays.push(say('{0} is a worktree that you made, so it stays as it is.', place.path));
  }
  const inName = numberInName(branch);
  const isOwnBranch = inName !== null && (inName === number || inName === branchNumber);
  if (!isOwnBranch) stays.push(say('{0} is a branch that you made, so it stays.', name));
  const goes = isOwnBranch && stays.length === 0;
  return { folder, branch: goes && tip !== null ? branch : null, tip, stays };
}

/** Why a worktree is left alone for now: somebody is in it. Null where nobody is. */
export async function whyInUse({ processes, openFolders }: GroundPorts, folder: string): Promise<Said | null> {
  const top = await real(folder);
  for (const open of openFolders()) {
    if (isWithin(top, await real(open)))
      return say('{0} is open in a window of VS Code. Close that window or folder first.', folder);
  }
  const working = await processes.workingIn(folder);
  const [first, ...more] = working.map(({ name, pid }) => say('{0} (process {1})', name, pid));
  if (first === undefined) return null;
  const who = more.reduce((said, one) => say('{0}, {1}', said, one), first);
  return say('Something runs in {0}: {1}. End it first, or close its terminal.', folder, who);
}

function isWithin(top: string, place: string): boolean {
  return `${place}${path.sep}`.startsWith(`${top}${path.sep}`);
}

async function real(folder: string): Promise<string> {
  return realpath(folder).catch(() => path.resolve(folder));
}
