import { readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { GateTreeFacts, StrayFolder, WorktreeFacts, WorktreesFacts } from '../../core/doctor/facts';
import type { StoryRecord } from '../../core/story/story';
import type { Worktrees } from '../../ports/worktrees';
import { lookAtGround } from '../../git/trees/claimTree';
import { mountsBelow } from '../../git/trees/mounts';
import { GATE, linkedGitDir, readMark } from '../../git/trees/ownTree';
import { readStoryMark } from '../../git/trees/storyMark';
import { allDated, inBatches, isFolder, namesIn } from './files';
import type { Probes, RepositoryPlace } from './parts';

/** Worktrees of stories that are over whose changes are asked for; each takes a process. */
const ASKED = 40;

export async function lookAtWorktrees(place: RepositoryPlace): Promise<WorktreesFacts> {
  const { commonDir, main, home } = place;
  const records = path.join(commonDir, 'worktrees');
  const all = await inBatches(await namesIn(records), (id) => lookAtRecord(commonDir, path.join(records, id)));
  const branch = await branchAt(commonDir);
  return { all, strays: await findStrays(place, all), main: { path: main, branch }, home };
}

async function lookAtRecord(commonDir: string, gitDir: string): Promise<WorktreeFacts> {
  const [registered, commondir] = await Promise.all(['gitdir', 'commondir'].map((name) => textOf(gitDir, name)));
  const hasHead = (await textOf(gitDir, 'HEAD')) !== '';
  const lacks = [
    ...(registered === '' ? ['gitdir'] : []),
    ...(commondir === '' ? ['commondir'] : []),
    ...(hasHead ? [] : ['HEAD']),
  ];
  const folder = registered === '' || registered === undefined ? '' : path.dirname(path.resolve(gitDir, registered));
  const { mtimeMs } = await stat(gitDir);
  return {
    gitDir,
    folder,
    since: Math.round(mtimeMs),
    state: await stateOf(commonDir, gitDir, folder),
    lacks,
    locked: await readFile(path.join(gitDir, 'locked'), 'utf8').then((text) => text.trim(), () => null), // prettier-ignore
    isGateTree: (await readMark(gitDir)) === GATE,
    madeFor: await readStoryMark(gitDir),
    branch: await branchAt(gitDir),
    changes: null,
  };
}

async function stateOf(commonDir: string, gitDir: string, folder: string): Promise<WorktreeFacts['state']> {
  if (folder === '' || !(await isFolder(folder))) return 'gone';
  const linked = await linkedGitDir(commonDir, folder).catch(() => null);
  return linked !== null && linked === (await realpath(gitDir)) ? 'linked' : 'unlinked';
}

/** Empty where it is not there. */
async function textOf(folder: string, name: string): Promise<string> {
  return (await readFile(path.join(folder, name), 'utf8').catch(() => '')).trim();
}

/** Full name; a reftable has another there than the branch. */
async function branchAt(gitDir: string): Promise<string | null> {
  const ref = /^ref: (refs\/heads\/.+)$/.exec(await textOf(gitDir, 'HEAD'))?.[1];
  return ref === undefined || ref === 'refs/heads/.invalid' ? null : ref;
}

/** Folders around that take themselves for a worktree which is on record elsewhere. */
async function findStrays({ main, home }: RepositoryPlace, all: readonly WorktreeFacts[]): Promise<StrayFolder[]> {
  const records = new Map(await Promise.all(all.map(async (one) => [await realpath(one.gitDir), one] as const)));
  const around = [
    home,
    path.dirname(main),
    ...all.flatMap(({ folder }) => (folder === '' ? [] : path.dirname(folder))),
  ];
  const found = await inBatches([...new Set(around)], async (parent) => {
    const names = await namesIn(parent);
    return inBatches(names, async (name): Promise<StrayFolder | null> => {
      const folder = path.join(parent, name);
      const named = /^gitdir: (.+)$/.exec(await textOf(folder, '.git'))?.[1];
      if (named === undefined) return null;
      const gitDir = await realpath(path.resolve(folder, named)).catch(() => '');
      const record = records.get(gitDir);
      if (record === undefined || record.folder === '' || (await isSame(record.folder, folder))) return null;
      return {
        folder,
        gitDir: record.gitDir,
        recordedAs: record.folder,
        isOriginalThere: record.state !== 'gone',
      };
    });
  });
  return found.flat().filter((one) => one !== null);
}

async function isSame(a: string, b: string): Promise<boolean> {
  const [one, other] = await Promise.all([a, b].map((place) => realpath(place).catch(() => path.resolve(place))));
  return one === other;
}

/** The same, with what is uncommitted in the worktrees of stories that are over. */
export async function withChanges(
  worktrees: WorktreesFacts,
  stories: readonly StoryRecord[],
  git: Pick<Worktrees, 'localChanges'>,
): Promise<WorktreesFacts> {
  const over = new Set(
    stories.filter(({ stage }) => stage.name === 'Done' || stage.name === 'Archived').map(({ branch }) => branch),
  );
  const asked = worktrees.all
    .filter(
      (one) =>
        one.state === 'linked' && one.lacks.length === 0 && !one.isGateTree && over.has(one.madeFor ?? one.branch),
    )
    .slice(0, ASKED);
  const all: WorktreeFacts[] = [];
  for (const one of worktrees.all) {
    if (!asked.includes(one)) all.push(one);
    else all.push({ ...one, changes: (await git.localChanges(one.folder)).map((change) => change.path) });
  }
  return { ...worktrees, all };
}

export async function lookAtGateTrees(
  { commonDir, home }: RepositoryPlace,
  worktrees: WorktreesFacts,
  probes: Pick<Probes, 'mounts'>,
): Promise<GateTreeFacts> {
  const names = await namesIn(home);
  const foreign = await inBatches(
    names.filter((name) => /^agents-gate-\d+$/.test(name)),
    async (name) => ((await lookAtGround({ commonDir }, path.join(home, name))).kind === 'foreign' ? [name] : []),
  );
  const mounts = (await probes.mounts()) ?? '';
  return {
    foreign: await allDated(home, foreign.flat()),
    setAside: await allDated(home, names.filter((name) => /^agents-gate-\d+-set-aside-\d+$/.test(name))), // prettier-ignore
    mounts: worktrees.all.flatMap(({ isGateTree, folder }) =>
      isGateTree && folder !== '' ? mountsBelow(folder, mounts) : [],
    ),
  };
}
