import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { numberInName, shortRef } from '../../core/story/names';
import type { Oid } from '../../core/story/stage';
import type { StoryRecord } from '../../core/story/story';
import { namesOf } from '../../core/words/durations';
import type { EnginePorts } from '../ports';

/** What of a story lies in the repository and may be removed, and what stays. */
export interface StoryGround {
  /** Folder of the worktree that was made for it, also where it is gone; null where there is none to be removed. */
  readonly folder: string | null;
  /** Full name; null where it is not Switchyard's to remove. */
  readonly branch: string | null;
  readonly tip: Oid | null;
  readonly stays: readonly string[];
}

type GroundPorts = Pick<EnginePorts, 'git' | 'processes' | 'openFolders'>;

/** Reads what lies where. A branch or a worktree that a person made is never removed. */
export async function groundOf({ git }: GroundPorts, story: StoryRecord): Promise<StoryGround> {
  const { branch, number, branchNumber } = story;
  const none = { folder: null, branch: null, tip: null, stays: [] };
  if (branch === null) return none;
  const [place, tip] = [await git.storyPlace(branch), await git.tip(branch)];
  const name = shortRef(branch);
  if (place.kind === 'elsewhere') return { ...none, stays: [`${name} is checked out in ${place.path}, so both stay.`] };
  const stays: string[] = [];
  let folder: string | null = null;
  if (place.kind === 'there' || place.kind === 'gone') {
    if (await git.isMadeBySwitchyard(place.path)) folder = place.path;
    else stays.push(`${place.path} is a worktree that you made, so it stays as it is.`);
  }
  const inName = numberInName(branch);
  const isOwnBranch = inName !== null && (inName === number || inName === branchNumber);
  if (!isOwnBranch) stays.push(`${name} is a branch that you made, so it stays.`);
  const goes = isOwnBranch && stays.length === 0;
  return { folder, branch: goes && tip !== null ? branch : null, tip, stays };
}

/** Why a worktree is left alone for now: somebody is in it. Null where nobody is. */
export async function whyInUse({ processes, openFolders }: GroundPorts, folder: string): Promise<string | null> {
  const top = await real(folder);
  for (const open of openFolders()) {
    if (isWithin(top, await real(open)))
      return `${folder} is open in a window of VS Code. Close that window or folder first.`;
  }
  const working = await processes.workingIn(folder);
  if (working.length === 0) return null;
  const who = namesOf(working.map(({ name, pid }) => `${name} (process ${pid})`));
  return `Something runs in ${folder}: ${who}. End it first, or close its terminal.`;
}

function isWithin(top: string, place: string): boolean {
  return `${place}${path.sep}`.startsWith(`${top}${path.sep}`);
}

async function real(folder: string): Promise<string> {
  return realpath(folder).catch(() => path.resolve(folder));
}
