import assert from 'node:assert/strict';
import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { GitPort } from '../../../../src/ports/git';
import { snapshotFiles, TemporaryRepository } from '../../../support/temporaryRepository';
import { portFor } from '../fixture';

const BRANCH = 'refs/heads/story/1-work';

describe('Worktrees of a repository that was moved or copied', () => {
  let repository: TemporaryRepository;
  /** Everything stands in this folder; it is the one that is renamed or copied. */
  let project: string;
  let start: string;

  beforeEach(async () => {
    repository = await TemporaryRepository.create({ branch: 'main' });
    start = await repository.commit({ 'a.txt': 'a\n' }, 'Begin');
    project = path.join(repository.folder, 'project');
    await mkdir(project);
    await rename(repository.path, path.join(project, 'repo'));
    await add(portFor(path.join(project, 'repo')), project);
    await writeFile(path.join(project, 'repo.worktrees', '1-work', 'a.txt'), 'uncommitted\n');
  });
  afterEach(() => repository.dispose());

  async function add(port: GitPort, where: string): Promise<string> {
    const folder = path.join(where, 'repo.worktrees', '1-work');
    const made = await port.addStoryWorktree({ branch: BRANCH, folder, start });
    return made.kind === 'ready' ? made.path : made.kind;
  }

  const status = (worktree: string): Promise<string> => repository.gitIn(worktree, 'status', '--porcelain');

  it('[P9] renamed with the folder above it, a worktree is found at its new place with what was uncommitted', async () => {
    const now = path.join(repository.folder, 'renamed');
    await rename(project, now);
    const port = portFor(path.join(now, 'repo'));
    const worktree = path.join(now, 'repo.worktrees', '1-work');
    assert.deepEqual(await port.repairWorktrees([path.join(now, 'repo.worktrees')]), [
      { from: path.join(project, 'repo.worktrees', '1-work'), to: worktree },
    ]);
    const place = await port.storyPlace(BRANCH);
    assert.deepEqual([place.kind, place.kind === 'there' && place.path], ['there', worktree]);
    assert.equal(await add(port, now), worktree, 'it is not made again');
    assert.equal(await status(worktree), 'M a.txt');
    assert.deepEqual(await port.repairWorktrees([path.join(now, 'repo.worktrees')]), [], 'once is enough');
  });

  it('[P9] renamed by itself, a repository finds the worktrees that stayed where they were', async () => {
    await rename(path.join(project, 'repo'), path.join(project, 'other'));
    const worktree = path.join(project, 'repo.worktrees', '1-work');
    const port = portFor(path.join(project, 'other'));
    await port.repairWorktrees([path.join(project, 'other.worktrees')]);
    assert.equal((await port.storyPlace(BRANCH)).kind, 'there');
    assert.equal(await status(worktree), 'M a.txt');
  });

  it('[P9] a worktrees folder that was moved alone is found where worktrees are made now; so is a gate tree', async () => {
    const port = portFor(path.join(project, 'repo'));
    const gate = path.join(project, 'repo.worktrees', 'agents-gate-1');
    await port.prepareGateTree({ folder: gate, commit: start });
    const now = path.join(project, 'elsewhere');
    await rename(path.join(project, 'repo.worktrees'), now);
    await port.repairWorktrees([now]);
    const place = await port.storyPlace(BRANCH);
    assert.equal(place.kind === 'there' && place.path, path.join(now, '1-work'));
    await port.prepareGateTree({ folder: path.join(now, 'agents-gate-1'), commit: start });
    assert.equal(await status(path.join(now, '1-work')), 'M a.txt');
  });

  it('[G4, P9] the copy of a closed repository works in worktrees of its own, and leaves the original as it is', async () => {
    const copied = path.join(repository.folder, 'copy');
    await cp(path.join(project, 'repo'), path.join(copied, 'repo'), { recursive: true });
    const before = await snapshotFiles(project);
    const port = portFor(path.join(copied, 'repo'));
    assert.deepEqual(await port.repairWorktrees([path.join(copied, 'repo.worktrees')]), []);
    assert.deepEqual((await port.worktrees()).map((one) => one.path), [path.join(copied, 'repo')]); // prettier-ignore
    assert.deepEqual(await port.storyPlace(BRANCH), { kind: 'none' });
    const made = await add(port, copied);
    assert.equal(made, path.join(copied, 'repo.worktrees', '1-work'));
    await writeFile(path.join(made, 'b.txt'), 'b\n');
    await repository.gitIn(made, 'add', '-A');
    await repository.gitIn(made, 'commit', '--quiet', '-m', 'In the copy');
    assert.deepEqual(await snapshotFiles(project), before);
    const original = portFor(path.join(project, 'repo'));
    assert.equal(await original.tip(BRANCH), start, 'the branch of the original did not move');
    assert.equal((await original.storyPlace(BRANCH)).kind, 'there');
  });

  it('[G4, P9] a copy of repository and worktrees together takes nothing from the original while that is there', async () => {
    const copied = path.join(repository.folder, 'copy');
    await cp(project, copied, { recursive: true });
    const before = await snapshotFiles(project);
    const worktree = await snapshotFiles(path.join(copied, 'repo.worktrees', '1-work'));
    const port = portFor(path.join(copied, 'repo'));
    assert.deepEqual(await port.repairWorktrees([path.join(copied, 'repo.worktrees')]), []);
    assert.equal(await add(port, copied), path.join(copied, 'repo.worktrees', '1-work-2'));
    assert.deepEqual(await snapshotFiles(project), before);
    assert.deepEqual(await snapshotFiles(path.join(copied, 'repo.worktrees', '1-work')), worktree);
  });

  it('[P9] a copy is not taken for the worktree while the folder of the original is there, even a damaged one', async () => {
    const original = path.join(project, 'repo.worktrees', '1-work');
    const copies = path.join(project, 'copies');
    await cp(original, path.join(copies, '1-work'), { recursive: true });
    await rm(path.join(original, '.git'));
    assert.deepEqual(await portFor(path.join(project, 'repo')).repairWorktrees([copies]), []);
  });

  it('[P9] a copy of all takes no worktree while the original repository is there, even one that has let go of it', async () => {
    const copied = path.join(repository.folder, 'copy');
    await cp(project, copied, { recursive: true });
    await rm(path.join(project, 'repo.worktrees'), { recursive: true });
    await rm(path.join(project, 'repo', '.git', 'worktrees'), { recursive: true });
    const port = portFor(path.join(copied, 'repo'));
    assert.deepEqual(await port.repairWorktrees([path.join(copied, 'repo.worktrees')]), []);
  });

  it('[P9] the worktree of another repository is not taken for one of ours, whatever its name', async () => {
    const port = portFor(path.join(project, 'repo'));
    const worktree = path.join(project, 'repo.worktrees', '1-work');
    await rm(worktree, { recursive: true });
    const shared = path.join(project, 'shared');
    await mkdir(path.join(shared, '1-work'), { recursive: true });
    for (const named of [
      path.join(project, 'gone', '.git', 'worktrees', '1-work'),
      path.join(project, 'repo', '.git'),
    ]) {
      await writeFile(path.join(shared, '1-work', '.git'), `gitdir: ${named}\n`);
      assert.deepEqual(await port.repairWorktrees([shared]), []);
      assert.equal(await readFile(path.join(shared, '1-work', '.git'), 'utf8'), `gitdir: ${named}\n`);
    }
  });

  it('[P9] a worktree that was moved to nobody knows where is never made again without its work', async () => {
    const now = path.join(repository.folder, 'renamed');
    await rename(path.join(project, 'repo.worktrees'), path.join(repository.folder, 'hidden'));
    await rename(project, now);
    const port = portFor(path.join(now, 'repo'));
    await port.repairWorktrees([path.join(now, 'repo.worktrees')]);
    await assert.rejects(
      add(port, now),
      /was .*project.*1-work, and not even the folder around it is there.*If it was moved/,
    );
    await rename(path.join(repository.folder, 'hidden'), path.join(now, 'repo.worktrees'));
    await port.repairWorktrees([path.join(now, 'repo.worktrees')]);
    assert.equal(await add(port, now), path.join(now, 'repo.worktrees', '1-work'));
    assert.equal(await status(path.join(now, 'repo.worktrees', '1-work')), 'M a.txt');
  });
});
