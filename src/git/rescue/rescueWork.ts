import { shortRef } from '../../core/story/names';
import type { Oid } from '../../core/story/stage';
import { count, namesOf } from '../../core/words/durations';
import type { RescueCounts, RescueNote } from '../../core/rescue/rescueNote';
import type {
  LargeFile,
  LargeFiles,
  RescueOutcome,
  RescuePlace,
  RescuePreview,
  RescueRequest,
} from '../../ports/rescue';
import { readCommit } from '../read/commits';
import { tip } from '../read/refs';
import { listWorktrees } from '../read/worktrees';
import { fullRef } from '../door/names';
import { runBare, type Repository } from '../door/repository';
import { exists } from '../../base/exists';
import { linkedGitDir } from '../trees/ownTree';
import { shown } from './byteNames';
import { idsIn } from './gitState';
import { lookAtWork, type RawFile, type Work } from './lookAtWork';
import { nameRescue, saveTip, saveWork } from './saveWork';
import { submodulesWithOwnCommits } from './submodules';
import type { WorkTree } from './workTree';

/** A file of more bytes than this, or files of more in all, are kept only when a person says so. */
const LARGE_FILE = 20 * 1024 * 1024;
const LARGE_IN_ALL = 200 * 1024 * 1024;

/** A place as it was found: its worktree and what is in it. */
export interface FoundWork {
  readonly tree: WorkTree | null;
  readonly work: Work | null;
  readonly tip: Oid | null;
  readonly counts: RescueCounts;
}

/** Reads what a place holds. Throws where the folder is there and is no worktree of this repository. */
export async function findWork(repository: Repository, place: RescuePlace, known?: WorkTree): Promise<FoundWork> {
  const tree = known ?? (place.folder === null ? null : await workTreeAt(repository, place.folder));
  const work = tree === null ? null : await lookAtWork(tree);
  const branchTip = place.branch === null ? null : await tip(repository, fullRef(place.branch));
  const commits = await commitsNowhereElse(repository, place.branch, [work?.head ?? null, branchTip]);
  const raw = work?.raw ?? [];
  const counts = {
    commits,
    staged: work?.staged ?? 0,
    changed: raw.filter(({ kind }) => kind === 'tracked').length + (work?.removed.length ?? 0),
    untracked: raw.filter(({ kind }) => kind === 'untracked').length,
  };
  return { tree, work, tip: branchTip, counts };
}

export async function previewRescue(repository: Repository, place: RescuePlace): Promise<RescuePreview> {
  const { tree, work, counts } = await findWork(repository, place);
  return {
    counts,
    bytes: bytesOf(work?.raw ?? []),
    large: largeFiles(work).map(({ name, bytes }): LargeFile => ({ path: shown(name), bytes })),
    obstacles: tree === null || work === null ? [] : await obstaclesTo(repository, tree, work),
  };
}

/** Saves a place's work under a rescue ref, and changes nothing in it. */
export async function rescueWork(repository: Repository, request: RescueRequest): Promise<RescueOutcome> {
  return saveFound(repository, request, await findWork(repository, request));
}

/** As `rescueWork`, for what was looked at already. */
export async function saveFound(
  repository: Repository,
  request: RescueRequest,
  found: FoundWork,
): Promise<RescueOutcome> {
  const { tree, work, tip: branchTip, counts } = found;
  const large = largeFiles(work);
  if (large.length > 0 && request.large === 'refuse') return { kind: 'refused', why: whyTooLarge(request, large) };
  if (work === null && branchTip === null) return { kind: 'nothing' };
  // What was deleted must come back to where it was, so its tip is kept also where it has landed.
  if (request.reason !== 'deleted' && isNothing(repository, found)) return { kind: 'nothing' };
  const leftOut = leftOutOf(request.large, large);
  const note: Omit<RescueNote, 'chain'> = {
    reason: request.reason,
    story: request.story,
    branch: request.branch,
    folder: tree?.folder ?? request.folder,
    at: new Date(repository.clock.now()).toISOString(),
    counts,
    bytes: bytesOf(work?.raw ?? []),
    leftOut: leftOut.map(({ name }) => shown(name)),
  };
  const commit =
    tree === null || work === null
      ? await saveBranch(repository, branchTip, note)
      : await saveWork(repository, {
          tree,
          work,
          leftOut: new Set(leftOut.map(({ name }) => name)),
          tip: branchTip,
          note,
        });
  const ref = await nameRescue(repository, refOf(note), commit);
  return { kind: 'saved', ref, commit, fingerprint: work?.fingerprint ?? '' };
}

/** What keeps a worktree from being removed without a loss, each in a sentence. */
export async function obstaclesTo(repository: Repository, { gitDir }: WorkTree, work: Work): Promise<string[]> {
  const { nested, changedSubmodules } = work;
  const found: string[] = [];
  if (nested.length > 0) {
    const what = nested.length === 1 ? 'is a repository of its own' : 'are repositories of their own';
    found.push(`${namesOf(nested)} ${what}, and its commits are not kept with the story. Move it elsewhere first.`);
  }
  const own = await submodulesWithOwnCommits(repository, gitDir);
  const submodules = [...new Set([...changedSubmodules, ...own])];
  if (submodules.length > 0)
    found.push(
      `The submodule ${namesOf(submodules)} has changes or commits that are nowhere else. Commit and push them there first.`,
    );
  return found;
}

/** The tree at a folder; one that is gone is known by git's record. */
async function workTreeAt(repository: Repository, folder: string): Promise<WorkTree | null> {
  if (await exists(folder)) {
    const gitDir = await linkedGitDir(repository.commonDir, folder);
    if (gitDir === null) throw new Error(`${folder} is no worktree of this repository any more, so it is left alone.`);
    return { repository, folder, gitDir };
  }
  const registered = (await listWorktrees(repository)).find((one) => one.path === folder && !one.isMain);
  return registered?.gitDir === null || registered === undefined
    ? null
    : { repository, folder: null, gitDir: registered.gitDir };
}

async function commitsNowhereElse(
  repository: Repository,
  branch: string | null,
  tips: readonly (Oid | null)[],
): Promise<number> {
  const found = [...new Set(tips)].filter((one) => one !== null);
  if (found.length === 0) return 0;
  const own = branch === null ? [] : [`--exclude=${shortRef(branch)}`];
  const { text } = await runBare(repository, 'rev-list', ['--count', ...found, '--not', ...own, '--branches']);
  return Number(text.trim());
}

function isNothing({ objectFormat }: Repository, { work, counts }: FoundWork): boolean {
  const { commits, staged, changed, untracked } = counts;
  if (commits + staged + changed + untracked > 0) return false;
  // Something under way counts: its commits may be nowhere else.
  const underWay = (work?.state ?? []).filter(({ name }) => /^(?:[A-Z_]+_HEAD$|rebase-|sequencer|BISECT)/.test(name));
  return (
    idsIn(
      underWay.filter(({ name }) => name !== 'ORIG_HEAD'),
      objectFormat,
    ).size === 0
  );
}

function largeFiles(work: Work | null): readonly RawFile[] {
  const raw = work?.raw ?? [];
  if (bytesOf(raw) > LARGE_IN_ALL) return [...raw].sort((a, b) => b.bytes - a.bytes).slice(0, 20);
  return raw.filter(({ bytes }) => bytes > LARGE_FILE);
}

function leftOutOf(how: LargeFiles, large: readonly RawFile[]): readonly RawFile[] {
  // Changes of tracked files are work, whatever their size.
  return how === 'leaveOut' ? large.filter(({ kind }) => kind === 'untracked') : [];
}

function whyTooLarge({ folder }: RescueRequest, large: readonly RawFile[]): string {
  const bytes = bytesOf(large);
  const names = namesOf(large.map(({ name }) => shown(name)));
  return `${count(large.length, 'file')} in ${folder ?? 'it'} would take ${Math.ceil(bytes / 1024 / 1024)} MB to keep: ${names}. Remove or ignore them, or say that they are to be kept or left out.`;
}

async function saveBranch(
  repository: Repository,
  branchTip: Oid | null,
  note: Omit<RescueNote, 'chain'>,
): Promise<Oid> {
  if (branchTip === null) throw new Error('There is neither a worktree nor a branch to keep.');
  const { tree } = await readCommit(repository, branchTip);
  return saveTip(repository, { tip: branchTip, tree, note });
}

function refOf({ story, reason, at }: Pick<RescueNote, 'story' | 'reason' | 'at'>): string {
  return `refs/switchyard/rescue/${story?.number ?? 'other'}/${reason}-${at.replace(/[-:]|\.\d+/g, '')}`;
}

function bytesOf(files: readonly RawFile[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}
