import { randomBytes } from 'node:crypto';
import { copyFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { fullOid, fullRef } from '../door/names';
import { runBare, type Repository } from '../door/repository';
import { STATED_IDENTITY } from '../read/identity';
import { linkedGitDir } from '../trees/ownTree';

/**
 * Saves what is uncommitted in a linked worktree (changes and untracked files, not ignored ones) as a commit on top of
 * its HEAD, under `refs/switchyard/rescue/<name>`. It is done through an index of its own, so that worktree and index
 * stay as they are. Returns the ref; null where there is nothing to save.
 */
export async function rescueUncommitted(
  repository: Repository,
  { folder, name, why }: { folder: string; name: string; why: string },
): Promise<string | null> {
  const { git, commonDir } = repository;
  const gitDir = await linkedGitDir(commonDir, folder);
  if (gitDir === null) return null;
  const index = path.join(gitDir, `switchyard-rescue-${randomBytes(6).toString('hex')}`);
  const env = { GIT_INDEX_FILE: index };
  try {
    // Begun from the real one, so that files that did not change need not be read.
    await copyFile(path.join(gitDir, 'index'), index).catch(() => undefined);
    await git.run('add', ['--all', '--', '.'], { cwd: folder, env });
    const tree = (await git.run('write-tree', [], { cwd: folder, env })).text.trim();
    const head = (await git.run('rev-parse', ['--verify', 'HEAD^{commit}'], { cwd: folder })).text.trim();
    const same = (await git.run('rev-parse', ['--verify', 'HEAD^{tree}'], { cwd: folder })).text.trim() === tree;
    if (same) return null;
    const args = ['-p', fullOid(head), '-m', why, fullOid(tree)];
    const saved = await runBare(repository, 'commit-tree', args, { config: [STATED_IDENTITY] });
    const ref = fullRef(`refs/switchyard/rescue/${name}`);
    await runBare(repository, 'update-ref', [
      '-m',
      'switchyard: rescue',
      '--end-of-options',
      ref,
      fullOid(saved.text.trim()),
    ]);
    return ref;
  } finally {
    await rm(index, { force: true });
    await rm(`${index}.lock`, { force: true });
  }
}
