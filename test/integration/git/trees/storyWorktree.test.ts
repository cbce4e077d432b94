import assert from 'node:assert/strict';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { storyBranches, storyFolder } from '../../../../src/core/story/names';
import type { GitPort } from '../../../../src/ports/git';
import type { AddWorktreeOutcome } from '../../../../src/ports/worktrees';
import { MARK } from '../../../../src/git/trees/ownTree';
import { snapshotFiles, TemporaryRepository } from '../../../support/temporaryRepository';
import { portFor } from '../fixture';

describe("A story's worktree", () => {
  const branch = 'refs/heads/story/42-sign-in';
  let repository: TemporaryRepository;
  let port: GitPort;
  let folder: string;
  let start: string;

  beforeEach(async () => {
    repository = await TemporaryRepository.create();
    port = portFor(repository.path);
    folder = path.join(repository.folder, 'repository.worktrees', '42-sign-in');
    start = await repository.commit({ 'a.txt': 'a\n', 'ü.txt': 'ü\n' }, 'Begin');
  });
  afterEach(() => repository.dispose());

  const add = (): Promise<AddWorktreeOutcome> => port.addStoryWorktree({ branch, folder, start });

  it('[G4] is never the gate tree in which a gate checked out the branch', async () => {
    const gate = path.join(repository.folder, 'repository.worktrees', 'agents-gate-1');
    await repository.git('branch', branch.slice('refs/heads/'.length));
    await port.prepareGateTree({ folder: gate, commit: start });
    await repository.gitIn(gate, 'switch', '--quiet', branch.slice('refs/heads/'.length));
    assert.ok((await port.worktrees()).every((one) => one.branch !== branch));
    assert.deepEqual(await add(), { kind: 'ready', path: folder });
    await port.restoreGateTree({ folder: gate, commit: start });
    assert.equal(await repository.gitIn(folder, 'symbolic-ref', 'HEAD'), branch);
  });

  it('[G4] stands beside the repository on a branch of its own, clean, and is the person’s from then on', async () => {
    await repository.write('a.txt', 'mine\n');
    const before = await snapshotFiles(repository.path);
    assert.deepEqual(await add(), { kind: 'ready', path: folder });
    assert.deepEqual(await snapshotFiles(repository.path), before);
    assert.equal(await repository.gitIn(folder, 'symbolic-ref', 'HEAD'), branch);
    assert.equal(await repository.gitIn(folder, 'status', '--porcelain', '--ignored'), '');
    assert.equal(await repository.git('rev-parse', branch), start);
    assert.deepEqual(await port.worktrees(), [
      { path: repository.path, head: start, branch: 'refs/heads/main', isMain: true },
      { path: folder, head: start, branch, isMain: false },
    ]);
    await assert.rejects(readFile(path.join(repository.path, '.git', 'worktrees', '42-sign-in', MARK)), /ENOENT/);
  });

  it('[G5] asked for again it is returned as it is, work and all', async () => {
    await add();
    await writeFile(path.join(folder, 'a.txt'), 'work\n');
    await writeFile(path.join(folder, 'new.txt'), 'work\n');
    const before = await snapshotFiles(folder);
    assert.deepEqual(await add(), { kind: 'ready', path: folder });
    assert.deepEqual(await snapshotFiles(folder), before);
  });

  it('[G4] a branch that exists keeps its commits', async () => {
    await repository.branch('story/42-sign-in', start);
    const tip = await repository.commitOn('story/42-sign-in', { 'b.txt': 'b\n' }, 'Work');
    assert.deepEqual(await add(), { kind: 'ready', path: folder });
    assert.equal(await repository.gitIn(folder, 'rev-parse', 'HEAD'), tip);
    assert.equal(await readFile(path.join(folder, 'b.txt'), 'utf8'), 'b\n');
  });

  it('[G4] neither the main work tree nor one that somebody else made is ever a story’s', async () => {
    await repository.git('switch', '--quiet', '--create', 'story/42-sign-in');
    const main = { kind: 'elsewhere', path: repository.path, isMain: true };
    assert.deepEqual([await add(), await port.storyPlace(branch)], [main, main]);
    await repository.git('switch', '--quiet', 'main');
    const other = path.join(repository.folder, 'elsewhere');
    await repository.git('worktree', 'add', '--quiet', other, 'story/42-sign-in');
    assert.deepEqual(await add(), { kind: 'elsewhere', path: other, isMain: false });
    await rm(other, { recursive: true });
    assert.deepEqual(await add(), { kind: 'ready', path: folder });
  });

  it('[G4] the main work tree is no story’s, even where its folder has the name of one', async () => {
    const named = path.join(repository.folder, '42-sign-in');
    await rename(repository.path, named);
    await repository.gitIn(named, 'switch', '--quiet', '--create', 'story/42-sign-in');
    const main = { kind: 'elsewhere', path: named, isMain: true };
    assert.deepEqual(await portFor(named).storyPlace(branch), main);
  });

  it('[G4, A12] it is known by its folder, whatever is checked out there', async () => {
    await add();
    await repository.gitIn(folder, 'switch', '--quiet', '--create', 'feature/better-name');
    const switched = { path: folder, head: start, branch: 'refs/heads/feature/better-name' };
    assert.deepEqual(await port.storyPlace(branch), { kind: 'there', ...switched });
    assert.deepEqual(await add(), { kind: 'switched', ...switched });
    assert.deepEqual(await port.storyPlace('refs/heads/feature/better-name'), {
      kind: 'elsewhere',
      path: folder,
      isMain: false,
    });
    await repository.git('switch', '--quiet', 'story/42-sign-in');
    assert.deepEqual(await add(), { kind: 'elsewhere', path: repository.path, isMain: true });
    await repository.git('switch', '--quiet', 'main');
    await rm(folder, { recursive: true });
    assert.deepEqual(await port.storyPlace(branch), { kind: 'gone', path: folder });
    assert.deepEqual(await add(), { kind: 'ready', path: folder });
    assert.equal(await repository.gitIn(folder, 'symbolic-ref', 'HEAD'), branch);
  });

  it('[G4] one that was made before folders were marked is known by the branch and the name it was given', async () => {
    await repository.git('worktree', 'add', '--quiet', '-b', 'story/42-sign-in', folder);
    assert.deepEqual(await add(), { kind: 'ready', path: folder });
    assert.equal((await port.storyPlace(branch)).kind, 'there');
  });

  it('[G4] a folder that is taken is left alone, and the next free name is used', async () => {
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'mine.txt'), 'mine\n');
    await writeFile(`${folder}-2`, 'a file\n');
    await repository.git('worktree', 'add', '--quiet', '-b', 'away', `${folder}-3`);
    await rm(`${folder}-3`, { recursive: true });
    assert.deepEqual(await add(), { kind: 'ready', path: `${folder}-4` });
    assert.equal(await readFile(path.join(folder, 'mine.txt'), 'utf8'), 'mine\n');
  });

  it('[G4] a worktree whose folder was deleted is made again where it was, at the branch as it is', async () => {
    await add();
    await repository.gitIn(folder, 'commit', '--quiet', '--allow-empty', '-m', 'Work');
    const tip = await repository.git('rev-parse', branch);
    await rm(folder, { recursive: true });
    assert.deepEqual(await port.addStoryWorktree({ branch, folder: `${folder}-other`, start }), {
      kind: 'ready',
      path: folder,
    });
    assert.equal(await repository.gitIn(folder, 'rev-parse', 'HEAD'), tip);
    await rm(folder, { recursive: true });
    await repository.git('worktree', 'lock', folder);
    await assert.rejects(add(), /locked/);
  });

  it('[MQ3] one that was cut off while it was made is made anew', async () => {
    await add();
    const gitDir = path.join(repository.path, '.git', 'worktrees', '42-sign-in');
    await writeFile(path.join(gitDir, 'HEAD'), `${start}\n`);
    await writeFile(path.join(gitDir, MARK), `${branch}\n`);
    await writeFile(path.join(gitDir, 'index.lock'), '');
    await writeFile(path.join(folder, 'a.txt'), 'hal');
    assert.deepEqual(await add(), { kind: 'ready', path: folder });
    assert.equal(await repository.gitIn(folder, 'symbolic-ref', 'HEAD'), branch);
    assert.equal(await repository.gitIn(folder, 'status', '--porcelain'), '');
    // Half-made for one story, it is not another's.
    await writeFile(path.join(gitDir, 'HEAD'), `${start}\n`);
    await writeFile(path.join(gitDir, MARK), `${branch}\n`);
    const other = { branch: 'refs/heads/story/43-x', folder, start };
    assert.deepEqual(await port.addStoryWorktree(other), { kind: 'ready', path: `${folder}-2` });
  });

  it('[G3] hostile titles give plain names, and a ref that is none never reaches git', async () => {
    const title = '--force; $(id) `x` ../../etc\n"ü"\0';
    const named = {
      branch: storyBranches(7, title)[0] ?? '',
      folder: path.join(repository.folder, storyFolder(7, title)),
      start,
    };
    assert.match(named.branch, /^refs\/heads\/story\/7-[a-z0-9-]+$/);
    assert.deepEqual(await port.addStoryWorktree(named), { kind: 'ready', path: named.folder });
    const before = await repository.git('show-ref');
    for (const ref of [
      'main',
      '--force',
      'refs/heads/a\0b',
      'refs/heads/a..b',
      'refs/heads/x.lock',
      'refs/heads/@{-1}',
      'refs/heads/a\nb',
      'refs/heads/',
    ])
      await assert.rejects(port.addStoryWorktree({ branch: ref, folder, start }), /is not a full ref name/, ref);
    await assert.rejects(port.addStoryWorktree({ branch, folder, start: '--force' }), /is not a full object id/);
    assert.equal(await repository.git('show-ref'), before);
  });

  it('[G3] a symbolic ref is never taken for a story’s branch', async () => {
    await repository.git('symbolic-ref', branch, 'refs/heads/main');
    assert.equal(await port.usableBranch([branch]), null);
    await assert.rejects(add(), /points to main, and commits on it would go there/);
    assert.equal((await port.storyPlace(branch)).kind, 'none');
  });

  it('[G3] a name counts as free only where the branches that are there leave room for it', async () => {
    const free = (): Promise<string | null> => port.usableBranch([branch, 'refs/heads/switchyard/42-sign-in']);
    assert.equal(await free(), branch);
    await repository.branch('story');
    assert.equal(await free(), 'refs/heads/switchyard/42-sign-in');
    await repository.git('branch', '--delete', '--quiet', 'story');
    await repository.branch('story/42-sign-in/part');
    assert.equal(await free(), 'refs/heads/switchyard/42-sign-in');
    await repository.branch('SwitchYard');
    assert.equal(await free(), null);
  });

  it('[G2] a hook of the person’s does not run while the worktree is made', async () => {
    const hook = path.join(repository.path, '.git', 'hooks', 'post-checkout');
    await mkdir(path.dirname(hook), { recursive: true });
    await writeFile(hook, `#!/bin/sh\ntouch '${repository.folder}/ran'\n`, { mode: 0o755 });
    await add();
    await assert.rejects(readFile(path.join(repository.folder, 'ran')), /ENOENT/);
  });
});
